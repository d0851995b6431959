import type { IncomingMessage } from "node:http";

/** True when no other web site made a browser send this request. */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  // Browsers send Origin with every POST from elsewhere; programs send neither.
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * True when a loopback server was addressed by a loopback name.
 * A web site that points its own name at 127.0.0.1 would otherwise be able to read the pages.
 */
export function isAddressedLocally({ headers, socket }: IncomingMessage): boolean {
  const address = socket.localAddress ?? "";
  const isLoopback = address === "::1" || /^(::ffff:)?127\./.test(address);
  if (!isLoopback) return true;
  const name = (headers.host ?? "").replace(/:\d+$/, "");
  return loopbackNames.has(name.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(name);
}
