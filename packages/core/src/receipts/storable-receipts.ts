import { storableFailure } from "../dispatch/failure-of.js";
import type { Receipt } from "../domain/receipt.js";
import { unusableName } from "../domain/storable-text.js";
import type { Logger } from "../ports/logger.js";
import type { ChannelReceipt } from "../ports/notification-store.js";

/**
 * The receipts of a channel as every database can keep them. One whose message id is longer than 255 characters or
 * cannot be stored is left out, and logged: no message of ours has such an id, and a mended one might be another's.
 */
export function storableReceipts(
  receipts: readonly Receipt[],
  channel: string,
  logger: Logger,
): ChannelReceipt[] {
  const usable = receipts.filter(({ providerMessageId }) => unusableName(providerMessageId) === null);
  const count = receipts.length - usable.length;
  if (count > 0)
    logger.warn({ channel, count }, "receipts for message ids that cannot be stored are left out");
  return usable.map((receipt) => ({ ...storableReceipt(receipt), channel }));
}

function storableReceipt(receipt: Receipt): Receipt {
  const { attemptId, failure } = receipt;
  return {
    ...receipt,
    // An echo that cannot be the id of an attempt is none.
    attemptId: unusableName(attemptId, 64) === null ? attemptId : null,
    failure: failure && storableFailure(failure),
  };
}
