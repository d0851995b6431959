import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Simulation } from "../simulation.js";
import { GraphError } from "./graph-error.js";

/**
 * Checks everything about a call but its body, in Meta's order: path, token, node.
 *
 * @throws {GraphError} With the code and words Meta would answer.
 */
export function checkGraphRequest({ options }: Simulation, request: IncomingMessage, path: string): void {
  const [version = "", node = "", edge = "", ...rest] = path.split("/").slice(1);
  if (!/^v\d+\.\d+$/.test(version)) throw unknownPath(path);
  if (edge !== "messages" || rest.length > 0) throw unknownPath(`/${[edge, ...rest].join("/")}`);
  checkToken(request.headers.authorization, options.accessToken);
  if (node !== options.phoneNumberId || request.method !== "POST") throw unsupported(request.method, node);
}

function unknownPath(path: string): GraphError {
  return new GraphError(2500, { message: `Unknown path components: ${path.slice(0, 200)}` });
}

function checkToken(header: string | undefined, expected: string): void {
  if (header === undefined) {
    throw new GraphError(190, { message: "An access token is required to request this resource." });
  }
  const given = /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1] ?? "";
  // Hashes have equal lengths, which the comparison requires.
  const hash = (token: string) => createHash("sha256").update(token).digest();
  if (timingSafeEqual(hash(given), hash(expected))) return;
  throw new GraphError(190, { message: "Invalid OAuth access token - Cannot parse access token" });
}

function unsupported(method = "GET", node: string): GraphError {
  const message =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${node.slice(0, 100)}' does not exist, cannot be ` +
    "loaded due to missing permissions, or does not support this operation. Please read the Graph API " +
    "documentation at https://developers.facebook.com/docs/graph-api";
  return new GraphError(100, { message, type: "GraphMethodException", subcode: 33 });
}
