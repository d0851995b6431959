import type { Attempt } from "../domain/attempt.js";
import type { Notification } from "../domain/notification.js";
import { explainMissing } from "../explain/explain-missing.js";
import { explainNotification } from "../explain/explain-notification.js";
import type { Explanation } from "../explain/explanation.js";
import type { MissingExplanation, MissingRequest } from "../explain/missing-explanation.js";
import { createInterventions, type Interventions } from "../interventions/interventions.js";
import type { NotificationPage, PageRequest, Period } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { WakeUps } from "../queue/wake-ups.js";
import type { Runtime } from "../runtime.js";
import { checkPageRequest } from "./check-page-request.js";
import { type NotificationStats, notificationStats } from "./notification-stats.js";
import { type PurgeOptions, purgeNotifications } from "./purge-notifications.js";

/** What became of notifications. */
export interface Notifications<Tx, Channel extends string = string> extends Interventions<Tx, Channel> {
  /** One notification with all of its attempts; `null`: there is none of this id. */
  get(id: string): Promise<NotificationDetail | null>;

  /**
   * Newest first, those that fit every filter, `limit` at a time (1–1,000, by default 50). Hand `next` back as `after`,
   * with the same filters, for the following page.
   * @throws {InvalidOptionsError} Names the filter and the cure.
   */
  page(request?: Partial<PageRequest>): Promise<NotificationPage>;

  /**
   * The whole story of one notification, and what comes next: who asked for it and why for this person, each attempt,
   * each receipt, each decision. Print its `text`. `null`: there is none of this id.
   */
  explain(id: string): Promise<Explanation | null>;

  /**
   * Why a call did not tell a person: they were left out for a reason, told by another call under the same idempotency
   * key, or not asked for. Or they are to be told, and the explanation says what stands in the way.
   * @throws {InvalidOptionsError} An id has not 1 to 255 characters.
   */
  explainMissing(request: MissingRequest): Promise<MissingExplanation>;

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

export function createNotifications<Tx, Channel extends string>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
): Notifications<Tx, Channel> {
  const store = runtime.storage.notifications;
  return {
    ...createInterventions(runtime, wakeUps),
    async get(id) {
      const [notification] = await store.getMany([id]);
      return notification ? { notification, attempts: await store.attemptsOf([id]) } : null;
    },
    async page(request = {}) {
      checkPageRequest(request);
      return store.page({ ...request, limit: request.limit ?? 50 });
    },
    explain: (id) => explainNotification(runtime, id),
    explainMissing: (request) => explainMissing(runtime, request),
    stats: (period) => notificationStats(store, period),
    purge: (request, options) => purgeNotifications(store, request, options),
  };
}
