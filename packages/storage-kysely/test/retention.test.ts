import type { NewNotification, Notification, PurgeResult } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { mariadb, type OpenDatabase, postgres } from "@callboard/test-databases";
import { type TestClock, testClock } from "@callboard/testing";
import { Kysely, type RawBuilder, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ids } from "./filled-storage.js";

const day = 86_400_000;

const sqlite = {
  name: "SQLite",
  dialect: "sqlite",
  absent: null,
  async open() {
    const db = new Kysely({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
    return { db, close: () => db.destroy() };
  },
} as const;

describe.each([sqlite, postgres, mariadb.mysql2])("on $name", ({ name, dialect, absent, open }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: retention on ${name}.`);
    return test.skip("purge() leaves no orphan", () => undefined);
  }
  let clock: TestClock;
  let database: Pick<OpenDatabase, "db" | "close">;
  let storage: ReturnType<typeof kyselyStorage>;

  beforeEach(async () => {
    clock = testClock();
    database = await open({ clock });
    storage = kyselyStorage({ db: database.db, dialect, clock });
    await storage.migrate();
  });
  afterEach(() => database.close());

  async function queue(batchId: string, count: number, changes: Partial<NewNotification> = {}) {
    const cancelKey = `cancel-${batchId}`;
    await queueNobody(batchId);
    await storage.notifications.insertMany(
      Array.from({ length: count }, (_, index) =>
        ids.draft({
          ...{ id: `${batchId}-${index}`, batchId, userId: ids.user(index), cancelKey },
          relatedContact: { id: `customer-of-${batchId}` },
          ...changes,
        }),
      ),
    );
  }

  /** A call that skips everybody. */
  async function queueNobody(batchId: string): Promise<void> {
    await storage.notifications.saveBatch(ids.call({ id: batchId }));
    await storage.notifications.saveSkipped(
      batchId,
      ids.users(3).map((userId) => ({ userId, reason: "inactive", hint: "Switch them on." })),
    );
  }

  /** Claims what is due, starts it, and records it as sent, up to so many. */
  async function send(limit: number, record = true): Promise<string[]> {
    const token = crypto.randomUUID();
    const claimed = await storage.notifications.claim(ids.due(token, limit));
    const attempts = claimed.map(({ id }) => ({
      id: crypto.randomUUID(),
      notificationId: id,
      leaseToken: token,
    }));
    await storage.notifications.startAttempts(attempts);
    if (!record) return attempts.map(({ notificationId }) => notificationId);
    const recorded = await storage.notifications.record(
      attempts.map(({ id, notificationId }, index) => ({
        ...ids.acceptance(index, token),
        ...{ attemptId: id, notificationId },
      })),
    );
    await tellStories(recorded);
    return recorded.map(({ id }) => id);
  }

  /** A receipt and a decision about each. */
  async function tellStories(sent: readonly Notification[]): Promise<void> {
    await storage.notifications.applyReceipts(
      sent.map(({ attemptId }) => ({
        ...{ channel: "whatsapp", attemptId, providerMessageId: `wamid-of-${attemptId}` },
        ...{ status: "sent", occurredAt: clock.now(), failure: null },
      })),
      () => null,
    );
    const { transition } = ids.acceptance(1);
    await storage.notifications.settle(
      sent.map(({ id, status, attemptId }) => ({
        id,
        from: { status, leaseToken: null, attemptId, leaseOver: false },
        transition: { ...transition, status },
        intervention: { action: "resolved", reason: "They told us.", by: null },
      })),
    );
  }

  async function batchesLeft(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`select id from callboard_batches order by id`.execute(
      database.db,
    );
    return rows.map(({ id }) => id);
  }

  async function purgeAll(olderThanMs: number): Promise<number> {
    let deleted = 0;
    let after: string | null = null;
    do {
      const batch: PurgeResult = await storage.notifications.purge({
        ...{ olderThanMs, limit: 40 },
        ...(after !== null && { after }),
      });
      deleted += batch.deleted;
      after = batch.next;
    } while (after !== null);
    return deleted;
  }

  async function count(from: RawBuilder<unknown>): Promise<number> {
    const { rows } = await sql<{ count: number | string }>`select count(*) as count from ${from}`.execute(
      database.db,
    );
    return Number(rows[0]?.count);
  }

  /** For a lock that another transaction holds. */
  async function isSomebodyWaiting(): Promise<boolean> {
    const waiting =
      dialect === "postgres"
        ? sql`pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        : sql`information_schema.innodb_trx join information_schema.processlist on id = trx_mysql_thread_id
            where trx_state = 'LOCK WAIT' and db = database()`;
    return (await count(waiting)) > 0;
  }

  async function expectNoOrphans(): Promise<void> {
    const orphans = {
      attempts: await count(sql`callboard_attempts as a
        left join callboard_notifications as n on n.id = a.notification_id where n.id is null`),
      labels: await count(sql`callboard_batch_labels as l
        left join callboard_notifications as n on n.batch_id = l.batch_id and n.created_at = l.created_at
        where n.id is null`),
      receipts: await count(sql`callboard_receipts as r
        left join callboard_notifications as n on n.id = r.notification_id where n.id is null`),
      interventions: await count(sql`callboard_interventions as i
        left join callboard_notifications as n on n.id = i.notification_id where n.id is null`),
      skipped: await count(sql`callboard_skipped as s
        left join callboard_batches as b on b.id = s.batch_id where b.id is null`),
    };
    expect(orphans).toEqual({ attempts: 0, labels: 0, receipts: 0, interventions: 0, skipped: 0 });
  }

  test("purge() while a worker sends deletes what has long been finished, and nothing unfinished, however old", async () => {
    for (const batch of ["a", "b", "c"]) await queue(batch, 100);
    while ((await send(50)).length > 0);
    await queue("far", 20, { notBefore: new Date(clock.now().getTime() + 400 * day) });
    await queue("lost", 20);
    const lost = await send(20, false);
    await queue("waiting", 150);
    await clock.advance(90 * day);
    await queue("fresh", 60);

    const sent: string[] = [];
    const working = async () => {
      for (let some = await send(10); some.length > 0; some = await send(10)) sent.push(...some);
    };
    const [deleted] = await Promise.all([purgeAll(30 * day), working()]);

    expect(deleted).toBe(300);
    expect(sent).toHaveLength(210);
    expect(await count(sql`callboard_notifications`)).toBe(250);
    expect(await count(sql`callboard_notifications where batch_id = 'far' and status = 'pending'`)).toBe(20);
    expect(await count(sql`callboard_notifications where batch_id = 'lost' and status = 'sending'`)).toBe(20);
    expect(lost).toHaveLength(20);
    expect(await count(sql`callboard_attempts`)).toBe(20 + 210);
    expect(await count(sql`callboard_receipts`)).toBe(210);
    expect(await count(sql`callboard_interventions`)).toBe(210);
    await expectNoOrphans();
    expect(await purgeAll(30 * day)).toBe(0);

    await clock.advance(31 * day);
    expect(await purgeAll(30 * day)).toBe(210);
    expect(await count(sql`callboard_notifications`)).toBe(40);
    expect(await batchesLeft()).toEqual(["far", "lost"]);
    await expectNoOrphans();
  }, 60_000);

  test("purge() by two callers who share a batch leaves no label behind", async () => {
    await queue("shared", 20);
    await send(20);
    await clock.advance(90 * day);
    const request = { olderThanMs: 30 * day, limit: 10 };
    let other: Promise<PurgeResult> | undefined;
    await storage.transaction(async (transaction) => {
      await storage.notifications.purge(request, { transaction });
      let isOver = false;
      other = storage.notifications.purge(request).finally(() => {
        isOver = true;
      });
      // On SQLite it waits for this transaction from its start.
      if (dialect === "sqlite") return;
      // MariaDB looks at its locks no more often than every 100 ms.
      await vi.waitUntil(async () => isOver || (await isSomebodyWaiting()), {
        timeout: 20_000,
        interval: 150,
      });
    });
    expect(await other).toMatchObject({ deleted: 10 });
    expect(await count(sql`callboard_notifications`)).toBe(0);
    await expectNoOrphans();
  }, 60_000);

  test("purge() walks through calls that told nobody, however many there are between two notifications", async () => {
    await queue("first", 1, { notBefore: new Date(clock.now().getTime() + 400 * day) });
    for (let number = 0; number < 100; number += 1) {
      await queueNobody(`silent-${number}`);
      if (number % 30 === 0) await clock.advance(1);
    }
    await queue("last", 1);
    await send(1);
    await clock.advance(90 * day);
    await queueNobody("fresh");
    expect(await purgeAll(30 * day)).toBe(1);
    expect(await batchesLeft()).toEqual(["first", "fresh"]);
    await expectNoOrphans();
  });

  test("insertMany() of what was queued before leaves no label that leads nowhere", async () => {
    await queue("first", 10, { idempotencyKey: "evt-1" });
    await queue("again", 10, { idempotencyKey: "evt-1" });
    await expectNoOrphans();
  });

  test("discardBatch() leaves nothing of the batch behind", async () => {
    await storage.transaction(async (transaction) => {
      await storage.notifications.saveBatch(ids.call({ id: "gone" }), { transaction });
      await storage.notifications.saveSkipped("gone", [{ userId: "ada", reason: "inactive", hint: "" }], {
        transaction,
      });
      await storage.notifications.insertMany(
        [ids.draft({ id: "one", batchId: "gone", cancelKey: "cancel-it" })],
        { transaction },
      );
      await storage.notifications.discardBatch("gone", { transaction });
    });
    await expectNoOrphans();
    expect(await batchesLeft()).toEqual([]);
    expect(await count(sql`callboard_batch_labels`)).toBe(0);
  });
});
