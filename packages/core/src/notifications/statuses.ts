import type { NotificationStatus } from "../domain/notification.js";

/** A record, so that a status that is forgotten here does not compile. */
const known: Record<NotificationStatus, true> = {
  pending: true,
  sending: true,
  uncertain: true,
  sent: true,
  delivered: true,
  read: true,
  failed: true,
  cancelled: true,
  expired: true,
};

/** Every status, in the order of a notification's life. */
export const statuses = Object.keys(known) as readonly NotificationStatus[];
