import type { Failure } from "../domain/notification.js";
import { DeliveryError } from "../errors/delivery-error.js";

/** What a failed send means: the transport's own verdict, or that nobody knows. */
export function failureOf(error: unknown): { failure: Failure; retryAfterMs: number | null } {
  if (DeliveryError.is(error)) {
    const { failureClass, providerCode, message, hint, retryAfterMs } = error;
    return { failure: { failureClass, providerCode, message, hint }, retryAfterMs };
  }
  const message =
    error instanceof Error ? `${error.name}: ${error.message}` : "The transport failed without an error.";
  const hint =
    "The transport threw something else than a DeliveryError, so the message may have left. Mend the transport.";
  return { failure: { failureClass: "uncertain", providerCode: null, message, hint }, retryAfterMs: null };
}
