import type { Attempt } from "../domain/attempt.js";
import type { Notification, NotificationStatus } from "../domain/notification.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { NotificationPage, NotificationStore, PageRequest } from "../ports/notification-store.js";

/** What became of notifications. */
export interface Notifications {
  /** One notification with all of its attempts; `null`: there is none of this id. */
  get(id: string): Promise<NotificationDetail | null>;
  /** Newest first, filtered, page by page. */
  page(request?: Partial<PageRequest>): Promise<NotificationPage>;
  /** How many of the notifications created since then are in each status. */
  countByStatus(request: { readonly since: Date }): Promise<Partial<Record<NotificationStatus, number>>>;
}

export interface NotificationDetail {
  readonly notification: Notification;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

export function createNotifications(store: NotificationStore<never>): Notifications {
  return {
    async get(id) {
      const [notification] = await store.getMany([id]);
      return notification ? { notification, attempts: await store.attemptsOf([id]) } : null;
    },
    async page({ limit = 50, ...filter } = {}) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1_000) {
        throw new InvalidOptionsError(
          "notifications.page({ limit })",
          "must be a whole number from 1 to 1,000.",
        );
      }
      return store.page({ ...filter, limit });
    },
    countByStatus: (request) => store.countByStatus(request),
  };
}
