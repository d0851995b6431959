import type { Notification, NotificationStatus } from "../domain/notification.js";

/** A notification that a decision left as it is. */
export interface RefusedNotification {
  readonly id: string;
  /** As it is now; `null`: there is none of this id. */
  readonly status: NotificationStatus | null;
  /** Why, and what to do instead. */
  readonly hint: string;
}

/** Those of `ids` that are not among the notifications found. */
export function unknownIds(
  ids: readonly string[],
  found: readonly Pick<Notification, "id">[],
): RefusedNotification[] {
  const known = new Set(found.map(({ id }) => id));
  const hint = "There is no notification of this id. It may have been purged; or correct the id.";
  return ids.filter((id) => !known.has(id)).map((id) => ({ id, status: null, hint }));
}
