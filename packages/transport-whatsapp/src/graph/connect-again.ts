import { DeliveryError } from "@callboard/core/adapter";
import pRetry from "p-retry";

/**
 * Tries an exchange up to twice more where no connection came about: not one byte has left, and a blip of the network
 * should not stop the whole channel.
 *
 * Only the exchange knows whether bytes have left, so it alone heeds the signal: one that is aborted between two tries
 * is noticed by the next.
 * @throws {DeliveryError} What the last exchange threw.
 */
export function connectAgain<Answer>(exchange: () => Promise<Answer>): Promise<Answer> {
  return pRetry(exchange, {
    retries: 2,
    minTimeout: 250,
    shouldRetry: ({ error }) => isNoConnection(error),
  });
}

function isNoConnection(error: unknown): boolean {
  return DeliveryError.is(error) && error.unsent && error.failureClass === "sender";
}
