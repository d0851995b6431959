import { markUnreachable } from "../contacts/mark-unreachable.js";
import type { Pauses } from "../dispatch/pauses.js";
import type { Failure, Notification } from "../domain/notification.js";
import type { ReceiptReducer } from "../ports/notification-store.js";
import { type Runtime, stepOf } from "../runtime.js";
import { ReceiptChanges } from "./receipt-changes.js";

/** The store's verb that applies receipts, new or parked ones; returns the notifications that moved. */
type Apply = (reduce: ReceiptReducer) => Promise<readonly Notification[]>;

/**
 * Applies receipts, tells the host what moved, and pauses what the provider refuses by receipt as it would for an answer.
 * Resolves with the notifications that moved; rejects when the store could not apply them.
 */
export async function applyReceipts<Tx>(
  runtime: Runtime<Tx>,
  pauses: Pauses<Tx>,
  apply: Apply,
): Promise<readonly Notification[]> {
  const faults = new Map<string, { notification: Notification; failure: Failure }>();
  const changes = new ReceiptChanges();
  const moved = await apply((notification, receipt) => {
    changes.note(notification);
    const transition = stepOf(runtime, notification, { type: "receipt", receipt });
    const { failure } = receipt;
    const isFault = failure?.failureClass === "sender" || failure?.failureClass === "template";
    if (transition && isFault) {
      // One pause for a whole batch of such receipts.
      const { channel, template } = notification;
      const scope = failure.failureClass === "sender" ? [channel] : [channel, template];
      faults.set(JSON.stringify(scope), { notification, failure });
    }
    return transition;
  });
  changes.tell(runtime.lifecycle, moved);
  await markUnreachable(runtime, moved);
  for (const { notification, failure } of faults.values()) {
    await pauses.pauseAfter(notification, failure, null);
  }
  return moved;
}
