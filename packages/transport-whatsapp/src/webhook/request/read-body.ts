import { InvalidOptionsError } from "@callboard/core/adapter";

export interface BodyLimits {
  readonly bytes: number;
  /** From now to the last byte. */
  readonly timeoutMs: number;
}

/**
 * The bytes of a request as they came, or the status to refuse it with: 413 when there are too many, 408 when they take too
 * long, 400 when the sender broke off.
 * @throws {InvalidOptionsError} Something else has read the body before, so that its bytes are gone.
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<Buffer | 400 | 408 | 413> {
  if (request.bodyUsed || request.body?.locked) {
    throw new InvalidOptionsError(
      "readWebhook(request)",
      "its body has been read already; mount the webhook before any body parser.",
    );
  }
  if (Number(request.headers.get("content-length")) > limits.bytes) return 413;
  if (request.body === null) return Buffer.alloc(0);
  const reader = request.body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    letGo(reader);
  }, limits.timeoutMs);
  try {
    const bytes = await readAll(reader, limits.bytes);
    return isLate ? 408 : bytes;
  } catch {
    return isLate ? 408 : 400;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<Buffer | 413> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, size);
    // The header may have told less than what comes.
    size += value.byteLength;
    if (size > most) {
      letGo(reader);
      return 413;
    }
    chunks.push(value);
  }
}

/** Takes in no more of it. That the source cannot be stopped changes nothing about the answer. */
function letGo(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => undefined);
}
