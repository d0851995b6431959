import type { Charge } from "./charge.js";
import type { Notification, NotificationStatus } from "./notification.js";
import type { Receipt } from "./receipt.js";
import { afterRefusal } from "./send-steps.js";
import type { StepContext } from "./step-context.js";
import { stepTo, type Transition } from "./transition.js";

/** What is known to have happened, weakest first. Everything that is not in here ranks below `sent`. */
const strength: Partial<Record<NotificationStatus, number>> = { sent: 1, delivered: 2, read: 3 };

/** Whoever presses a button has the message before their eyes. */
const stateOf = { sent: "sent", delivered: "delivered", read: "read", acknowledged: "read" } as const;

const stampsOf = {
  sent: ["sentAt"],
  delivered: ["deliveredAt"],
  read: ["readAt"],
  acknowledged: ["readAt", "acknowledgedAt"],
} as const;

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
  const charge = notification.charge === null ? (receipt.charge ?? null) : null;
  if (isOldNews(notification, receipt)) return afterCharge(notification, charge);
  const state = stateOf[receipt.status];
  const stamps = stampsOf[receipt.status];
  const stronger = rank(state) > rank(notification.status);
  if (!stronger && charge === null && stamps.every((stamp) => notification[stamp] !== null)) return null;
  const isFirstPress = receipt.status === "acknowledged" && notification.acknowledgedAt === null;
  const answered = isOpen(notification)
    ? { ...notification, attempts: notification.attempts + 1 }
    : notification;
  return stepTo(stronger ? state : notification.status, answered, {
    providerMessageId: receipt.providerMessageId,
    stamps: Object.fromEntries(stamps.map((stamp) => [stamp, receipt.occurredAt])),
    // Of several presses the first counts, with its button or without.
    acknowledgedWith: isFirstPress ? (receipt.button ?? null) : null,
    charge,
  });
}

/** Old news about the message may be the only news of its price. */
function afterCharge(notification: Notification, charge: Charge | null): Transition | null {
  if (charge === null || rank(notification.status) === 0) return null;
  return stepTo(notification.status, notification, { charge });
}

function afterFailedReceipt(
  notification: Notification,
  receipt: Receipt,
  context: StepContext,
): Transition | null {
  const isSent = notification.status === "sent";
  if (!isSent && !isOpen(notification)) return null;
  if (receipt.failure === null || receipt.attemptId !== notification.attemptId) return null;
  // The attempt was counted when it was accepted; its bad end is not a second one.
  const attempts = isSent ? Math.max(0, notification.attempts - 1) : notification.attempts;
  const refusal = { failure: receipt.failure, retryAfterMs: null, unsent: false };
  return {
    ...afterRefusal({ ...notification, attempts }, refusal, context),
    providerMessageId: receipt.providerMessageId,
    // What fails by receipt had been accepted: a `sent` that comes after it is old news.
    stamps: { sentAt: receipt.occurredAt },
  };
}

/** `sent` says that a message was accepted. Once that is known, it must not undo what became of the message since. */
function isOldNews(notification: Notification, { status, attemptId }: Receipt): boolean {
  if (status !== "sent" || notification.sentAt === null) return false;
  return !isOpen(notification) || attemptId !== notification.attemptId;
}

/** The provider's answer to the newest attempt is not known. */
function isOpen({ status }: Notification): boolean {
  return status === "sending" || status === "uncertain";
}

function rank(status: NotificationStatus): number {
  return strength[status] ?? 0;
}
