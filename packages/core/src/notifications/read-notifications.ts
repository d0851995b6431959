import type { Attempt } from "../domain/attempt.js";
import type { Notification } from "../domain/notification.js";
import type {
  NotificationPage,
  NotificationStore,
  PageRequest,
  Period,
} from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import { checkPageRequest } from "./check-page-request.js";
import { type NotificationStats, notificationStats } from "./notification-stats.js";
import { type PurgeOptions, purgeNotifications } from "./purge-notifications.js";

/** What became of notifications. */
export interface Notifications<Tx> {
  /** One notification with all of its attempts; `null`: there is none of this id. */
  get(id: string): Promise<NotificationDetail | null>;

  /**
   * Newest first, those that fit every filter, `limit` at a time (1–1,000, by default 50). Hand `next` back as `after`,
   * with the same filters, for the following page.
   * @throws {InvalidOptionsError} Names the filter and the cure.
   */
  page(request?: Partial<PageRequest>): Promise<NotificationPage>;

  /**
   * Counts what was created in a period, at or after `from` and before `until`.
   * @throws {InvalidOptionsError} `from` is missing, a time is no valid Date, or the period is empty.
   */
  stats(period: Period): Promise<NotificationStats>;

  /**
   * Deletes what has been finished for a long time, with its attempts and its idempotency key; nothing that waits, is
   * being sent or is uncertain. In small batches, so that it can run beside the sending. When it rejects, what was
   * deleted stays deleted; call it again.
   *
   * A job of `every` hands its transaction over, which then deletes all of it or nothing. Without that, the purge would
   * wait for the end of the transaction for ever where there is one connection: on SQLite, and in memory.
   * @returns how many were deleted.
   * @throws {InvalidOptionsError} The period is shorter than a day.
   */
  purge(request: PurgeOptions, options?: WriteOptions<Tx>): Promise<number>;
}

export interface NotificationDetail {
  readonly notification: Notification;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

export function createNotifications<Tx>(store: NotificationStore<Tx>): Notifications<Tx> {
  return {
    async get(id) {
      const [notification] = await store.getMany([id]);
      return notification ? { notification, attempts: await store.attemptsOf([id]) } : null;
    },
    async page(request = {}) {
      checkPageRequest(request);
      return store.page({ ...request, limit: request.limit ?? 50 });
    },
    stats: (period) => notificationStats(store, period),
    purge: (request, options) => purgeNotifications(store, request, options),
  };
}
