import { DeliveryError } from "@callboard/core/adapter";
import pRetry from "p-retry";

/**
 * Tries an exchange up to twice more where no connection came about: not one byte has left, and a blip of the network
 * should not stop the whole channel. No try begins later than `timeoutMs` from now.
 *
 * Only the exchange knows whether bytes have left, so it alone heeds the signal: one that is aborted between two tries
 * is noticed by the next.
 * @throws {DeliveryError} What the last exchange threw, unless it was cut short: then what the one before it threw.
 */
export function connectAgain<Answer>(exchange: () => Promise<Answer>, timeoutMs: number): Promise<Answer> {
  let noConnection: unknown;
  let isOver = false;
  const once = async () => {
    try {
      return await exchange();
    } catch (error) {
      isOver = !isNoConnection(error);
      if (isOver) throw isUnsent(error) ? (noConnection ?? error) : error;
      noConnection = error;
      throw error;
    }
  };
  // The gaps are shorter than the quarter of a second that core gives an aborted send to say whether bytes have left.
  return pRetry(once, {
    retries: 2,
    minTimeout: 200,
    factor: 1,
    maxRetryTime: timeoutMs,
    shouldRetry: () => !isOver,
  });
}

function isNoConnection(error: unknown): boolean {
  return isUnsent(error) && error.failureClass === "sender";
}

function isUnsent(error: unknown): error is DeliveryError {
  return DeliveryError.is(error) && error.unsent;
}
