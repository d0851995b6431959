import { afterFailure, type StepContext } from "./next-step.js";
import type { Notification, NotificationStatus } from "./notification.js";
import type { Receipt } from "./receipt.js";
import { stepTo, type Transition } from "./transition.js";

/** What is known to have happened, weakest first. Everything that is not in here ranks below `sent`. */
const strength: Partial<Record<NotificationStatus, number>> = { sent: 1, delivered: 2, read: 3 };

const stampOf = { sent: "sentAt", delivered: "deliveredAt", read: "readAt" } as const;

/**
 * What a receipt does to a notification, in whatever order receipts come; `null`: nothing.
 *
 * The visible state is the strongest seen and never falls. A person who got an earlier attempt has been told, so a
 * good receipt for it also ends a retry that waits. `failed` counts only for the newest attempt, and only
 * while nothing stronger than `sent` is known.
 */
export function afterReceipt(
  notification: Notification,
  receipt: Receipt,
  context: StepContext,
): Transition | null {
  if (receipt.status === "failed") return afterFailedReceipt(notification, receipt, context);
  const stamp = stampOf[receipt.status];
  const stronger = rank(receipt.status) > rank(notification.status);
  if (!stronger && notification[stamp] !== null) return null;
  return stepTo(stronger ? receipt.status : notification.status, notification, {
    providerMessageId: receipt.providerMessageId,
    stamps: { [stamp]: receipt.occurredAt },
  });
}

function afterFailedReceipt(
  notification: Notification,
  receipt: Receipt,
  context: StepContext,
): Transition | null {
  const { status } = notification;
  const open = status === "sent" || status === "sending" || status === "uncertain";
  if (!open || receipt.failure === null || receipt.attemptId !== notification.attemptId) return null;
  // The attempt was counted when it was accepted; its bad end is not a second one.
  const uncounted =
    status === "sent" ? { ...notification, attempts: notification.attempts - 1 } : notification;
  return {
    ...afterFailure(uncounted, receipt.failure, null, context),
    providerMessageId: receipt.providerMessageId,
  };
}

function rank(status: NotificationStatus): number {
  return strength[status] ?? 0;
}
