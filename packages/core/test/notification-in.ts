import type { Notification, NotificationStatus } from "../src/domain/notification.js";

/** A notification that has come to this state on the shortest way; without stamps. */
export function notificationIn(
  status: NotificationStatus,
  changes: Partial<Notification> = {},
): Notification {
  const createdAt = new Date("2026-03-01T08:00:00Z");
  return {
    id: "n-1",
    batchId: "b-1",
    userId: "rudo",
    channel: "chat",
    address: "rudo@chat",
    template: "order",
    templateVersion: 1,
    status,
    priority: "normal",
    content: { text: "Order SO-1 awaits you.", variables: null, buttons: [], channel: null },
    relatedContact: null,
    metadata: null,
    idempotencyKey: null,
    cancelKey: null,
    onlyIf: null,
    traceParent: null,
    contentHash: "hash",
    groupNames: [],
    notBefore: null,
    nextAttemptAt: null,
    expiresAt: null,
    attempts: 0,
    crashes: 0,
    uncertainties: 0,
    onUncertain: "resend",
    attemptId: "attempt-1",
    providerMessageId: null,
    failure: null,
    createdAt,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    uncertainAt: null,
    cancelledAt: null,
    expiredAt: null,
    replayedAt: null,
    ...changes,
  };
}
