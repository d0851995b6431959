import type { IncomingMessage } from "node:http";

/** The most bytes a request body may have: 1 MiB. */
const bodyLimitBytes = 1_048_576;

/** A body over the limit. Answered with 413. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
  constructor() {
    super(`The request body is larger than ${bodyLimitBytes} bytes.`);
  }
}

/**
 * The whole request body.
 *
 * @throws {BodyTooLargeError} It is over {@link bodyLimitBytes}.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimitBytes) chunks.push(chunk);
    // The rest is read and dropped, because a client still writing would miss the 413; but not for ever.
    else if (size > 16 * bodyLimitBytes) request.socket.destroy();
    else chunks.length = 0;
  }
  if (size > bodyLimitBytes) throw new BodyTooLargeError();
  return Buffer.concat(chunks);
}
