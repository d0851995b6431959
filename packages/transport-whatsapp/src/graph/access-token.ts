import { noToken, notReached, reasonOf } from "./transport-failure.js";

const sendable = /^[\x21-\x7e]+$/;

/**
 * Asks the host for its token, for as long as the signal allows.
 * @throws {DeliveryError} `sender` when there is none: no message could be sent. `retry` when the signal ended it.
 */
export async function askToken(source: () => string | Promise<string>, signal: AbortSignal): Promise<string> {
  if (signal.aborted) throw notReached("aborted");
  let stop = () => {};
  const end = new Promise<never>((_, reject) => {
    stop = () => reject(notReached("accessToken() took too long"));
  });
  signal.addEventListener("abort", stop, { once: true });
  try {
    return checked(await Promise.race([call(source), end]));
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function call(source: () => string | Promise<string>): Promise<unknown> {
  try {
    return await source();
  } catch (error) {
    // Not the error itself: what a secret store throws may quote the secret.
    throw noToken(`accessToken() threw ${reasonOf(error)}`);
  }
}

function checked(token: unknown): string {
  if (typeof token === "string" && sendable.test(token)) return token;
  throw noToken("accessToken() returned something that is not a token");
}
