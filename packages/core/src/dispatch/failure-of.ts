import type { Refusal } from "../domain/life-event.js";
import type { Failure } from "../domain/notification.js";
import { storable } from "../domain/storable-text.js";
import { DeliveryError } from "../errors/delivery-error.js";

/** What a failed send means: the transport's own verdict, or that nobody knows. */
export function failureOf(error: unknown): Refusal {
  if (DeliveryError.is(error)) {
    const { retryAfterMs, unsent } = error;
    return { failure: storableFailure(error), retryAfterMs, unsent };
  }
  const message =
    error instanceof Error ? `${error.name}: ${error.message}` : "The transport failed without an error.";
  const hint =
    "The transport threw something else than a DeliveryError, so the message may have left. Mend the transport.";
  const failure = storableFailure({ failureClass: "uncertain", providerCode: null, message, hint });
  return { failure, retryAfterMs: null, unsent: false };
}

/** A provider's words may be anything, and must not keep the store from keeping the rest. */
export function storableFailure({ failureClass, providerCode, message, hint }: Failure): Failure {
  return {
    failureClass,
    providerCode: providerCode === null ? null : storable(providerCode, 255),
    message: storable(message, 4_000),
    hint: storable(hint, 4_000),
  };
}
