import type { Notification, NotificationStore, PurgeResult, WriteOptions } from "@callboard/core/adapter";
import { tellAda } from "./forgotten-person.js";
import {
  acceptance,
  draft,
  drafts,
  follow,
  get,
  moveTo,
  receipt,
  type Stage,
  sending,
  transition,
} from "./stage.js";

export function purgingConformance<Tx>({ runner: { equal, ok, rejects }, test }: Stage<Tx>): void {
  test("purge() deletes what has long been finished, with its attempts, and frees its key", async (stage) => {
    const { notifications } = stage.storage;
    const keyed = { idempotencyKey: "evt-1", userId: "ada" };
    const { notification, leaseToken } = await sending(stage, "attempt-1", keyed);
    await notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
    await stage.advance(10_000);
    equal(await purgeAll(notifications, 5_000), 1);
    equal(await notifications.getMany([notification.id]), []);
    equal(await notifications.attemptsOf([notification.id]), []);
    const late = [receipt(), receipt({ attemptId: "attempt-1", status: "read" })];
    equal(await notifications.applyReceipts(late, follow), { moved: [], parked: 2 });
    const again = draft(keyed);
    equal((await notifications.insertMany([again])).insertedIds, [again.id]);
  });

  test("purge() deletes each kind of finished notification", async ({ storage, advance }) => {
    const statuses = ["sent", "delivered", "read", "failed", "cancelled", "expired"] as const;
    for (const status of statuses) {
      const row = draft();
      await storage.notifications.insertMany([row]);
      await moveTo(storage.notifications, row, transition(status));
    }
    await advance(10_000);
    equal(await purgeAll(storage.notifications, 5_000), statuses.length);
    equal((await storage.notifications.page({ limit: 10 })).notifications, []);
  });

  test("purge() never deletes what is unfinished, however old it is", async (stage) => {
    const { notifications } = stage.storage;
    const { sent, failed, ...unfinished } = await tellAda(stage);
    await stage.advance(40_000_000_000);
    equal(await purgeAll(notifications, 5_000), 2);
    const { held, pending, retrying, uncertain } = unfinished;
    const ids = [held, pending, retrying, uncertain].map(({ id }) => id);
    equal((await notifications.getMany(ids)).length, 4);
    equal((await notifications.attemptsOf([uncertain.id])).length, 1);
    equal((await notifications.getMany([sent.id, failed.id])).length, 0);
  });

  test("purge() keeps what was finished a short while ago, however long ago it was created", async (stage) => {
    const { notifications } = stage.storage;
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    await notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
    const waiting = draft();
    await notifications.insertMany([waiting]);
    await stage.advance(10_000);
    await moveTo(notifications, waiting, transition("failed"));
    const { failedAt } = await get(stage, waiting.id);
    await notifications.applyReceipts(
      [receipt({ status: "read", occurredAt: failedAt ?? new Date() })],
      follow,
    );
    await stage.advance(2_000);
    equal(await purgeAll(notifications, 5_000), 0);
    await stage.advance(4_000);
    equal(await purgeAll(notifications, 5_000), 2);
  });

  test("purge() looks at nothing that was created a short while ago", async ({
    storage: { notifications },
  }) => {
    const rows = drafts(2);
    await notifications.insertMany(rows);
    // By a provider whose clock is slow.
    const sentAt = new Date("2001-01-01T00:00:00.000Z");
    for (const row of rows) await moveTo(notifications, row, transition("sent", { stamps: { sentAt } }));
    equal(await notifications.purge({ olderThanMs: 5_000, limit: 1 }), { deleted: 0, next: null });
    equal((await notifications.getMany(rows.map(({ id }) => id))).length, 2);
  });

  test("purge() looks at each old notification once in a walk, and passes over those that stay", async ({
    storage: { notifications },
    advance,
  }) => {
    const rows = drafts(12);
    await notifications.insertMany(rows);
    await advance(1_000);
    const later = drafts(8);
    await notifications.insertMany(later);
    const finished = [...rows, ...later].filter((_, index) => index % 3 !== 0);
    for (const row of finished) await moveTo(notifications, row, transition("sent"));
    await advance(10_000);
    const batches: number[] = [];
    equal(await purgeAll(notifications, 5_000, { limit: 2, batches }), 13);
    ok(Math.max(...batches) <= 2, "no batch deletes more than its limit");
    ok([10, 11].includes(batches.length), "twenty rows are ten batches of two, and perhaps an empty one");
    const kept = [...rows, ...later].filter((row) => !finished.includes(row));
    const { notifications: left } = await notifications.page({ limit: 100 });
    equal(idsOf(left).toSorted(), kept.map(({ id }) => id).toSorted());
    const again: number[] = [];
    equal(await purgeAll(notifications, 5_000, { limit: 2, batches: again }), 0);
    ok(
      [4, 5].includes(again.length),
      "seven rows that stay are four batches of two, and perhaps an empty one",
    );
  });

  test("purge() by several callers at once deletes each row once", async ({
    storage: { notifications },
    advance,
  }) => {
    const rows = drafts(40);
    await notifications.insertMany(rows);
    for (const row of rows) await moveTo(notifications, row, transition("sent"));
    await advance(10_000);
    const callers = Array.from({ length: 4 }, () => purgeAll(notifications, 5_000, { limit: 7 }));
    const deleted = await Promise.all(callers);
    equal(
      deleted.reduce((sum, count) => sum + count, 0),
      40,
    );
  });

  test("purge() in a transaction that rolls back deletes nothing", async (stage) => {
    const { notifications } = stage.storage;
    const keyed = { idempotencyKey: "evt-1", userId: "ada" };
    const { notification, leaseToken } = await sending(stage, "attempt-1", keyed);
    await notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
    await stage.advance(10_000);
    const everything = async () => [
      await notifications.getMany([notification.id]),
      await notifications.attemptsOf([notification.id]),
    ];
    const before = await everything();
    const failing = () =>
      stage.storage.transaction(async (transaction) => {
        equal(await purgeAll(notifications, 5_000, { within: { transaction } }), 1);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await everything(), before);
    equal((await notifications.insertMany([draft(keyed)])).insertedIds, []);
    equal(idsOf((await notifications.applyReceipts([receipt()], follow)).moved), [notification.id]);
  });

  test("purge() in a transaction that commits has deleted batch after batch", async ({
    storage,
    advance,
  }) => {
    const { notifications } = storage;
    const rows = drafts(5);
    await notifications.insertMany(rows);
    for (const row of rows) await moveTo(notifications, row, transition("sent"));
    await advance(10_000);
    const deleted = await storage.transaction((transaction) =>
      purgeAll(notifications, 5_000, { limit: 2, within: { transaction } }),
    );
    equal([deleted, (await notifications.page({ limit: 10 })).notifications], [5, []]);
  });

  test("page() goes on behind a notification that was purged meanwhile", async ({
    storage: { notifications },
    advance,
  }) => {
    const [older, newer] = [draft(), draft()];
    await notifications.insertMany([older]);
    await advance(1_000);
    await notifications.insertMany([newer]);
    const { next } = await notifications.page({ limit: 1 });
    await moveTo(notifications, newer, transition("sent"));
    await advance(10_000);
    equal(await purgeAll(notifications, 5_000), 1);
    const page = await notifications.page({ limit: 1, after: next ?? "" });
    equal(idsOf(page.notifications), [older.id]);
  });
}

interface WalkOptions<Tx> {
  readonly limit?: number;
  readonly within?: WriteOptions<Tx>;
  /** Filled with how many each call deleted. */
  readonly batches?: number[];
}

/** One walk from the oldest on; returns how many it deleted. */
async function purgeAll<Tx>(
  store: NotificationStore<Tx>,
  olderThanMs: number,
  { limit = 100, within, batches = [] }: WalkOptions<Tx> = {},
): Promise<number> {
  let after: string | null = null;
  do {
    const request = { olderThanMs, limit, ...(after !== null && { after }) };
    const result: PurgeResult = await store.purge(request, within);
    batches.push(result.deleted);
    after = result.next;
  } while (after !== null && batches.length < 100);
  return batches.reduce((sum, deleted) => sum + deleted, 0);
}

function idsOf(notifications: readonly Notification[]): string[] {
  return notifications.map(({ id }) => id);
}
