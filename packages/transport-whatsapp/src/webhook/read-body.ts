import { InvalidOptionsError } from "@callboard/core/adapter";

/**
 * The bytes of a request as they came, or the status to refuse it with: 413 when there are more than `limit`, 400
 * when the sender broke off.
 * @throws {InvalidOptionsError} Something else has read the body before, so that its bytes are gone.
 */
export async function readBody(request: Request, limit: number): Promise<Buffer | 400 | 413> {
  if (request.bodyUsed || request.body?.locked) {
    throw new InvalidOptionsError(
      "readWebhook(request)",
      "its body has been read already; mount the webhook before any body parser.",
    );
  }
  if (Number(request.headers.get("content-length")) > limit) return 413;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream, so the rest is never taken in.
      if (size > limit) return 413;
      chunks.push(chunk);
    }
  } catch {
    return 400;
  }
  return Buffer.concat(chunks, size);
}
