import type { ChannelReceipt, NewNotification } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Stopwatch } from "../harness/measure.ts";
import { channel } from "../workload.ts";
import { newRows } from "./new-rows.ts";
import { seed } from "./seed.ts";
import { perClaim, sendSome, transition } from "./send-some.ts";
import { growingTables, type PageSubject, type TableSet } from "./table-set.ts";

const freshRows = 1_000;
const perPage = 50;
const agedRows = 500;
const day = 86_400_000;

/** The life of 1,000 new notifications beside those that are there, from the insert to the purge; leaves none behind. */
export async function tableRound(set: TableSet, time: Stopwatch, index: number): Promise<void> {
  const { notifications } = set.storage;
  const fresh = newRows(freshRows);
  await time("insert 1,000", () => notifications.insertMany(fresh.rows));
  const messageIds: string[] = [];
  for (let count = 0; count < freshRows; count += perClaim) {
    const sent = await sendSome(set.storage, time);
    expectCount("A worker sent", sent.length, perClaim);
    messageIds.push(...sent.map(({ providerMessageId }) => providerMessageId));
  }
  const { moved } = await time("apply 1,000 receipts", () =>
    notifications.applyReceipts(messageIds.map(deliveredReceipt), (_, receipt) =>
      transition("delivered", { stamps: { deliveredAt: receipt.occurredAt } }),
    ),
  );
  expectCount("applyReceipts() moved", moved.length, freshRows);
  await readPages(set, set.subject ?? fresh.subject, time);
  await time("stats of 24 h", () => notifications.count({ from: new Date(Date.now() - day) }));
  await purgeAged(set, time, index);
  await deleteBatch(set, fresh.subject.batchId, fresh.rows);
}

async function readPages(
  { storage: { notifications } }: TableSet,
  subject: PageSubject,
  time: Stopwatch,
): Promise<void> {
  const { status, userId, template, groupName, relatedContactId, batchId } = subject;
  const pages = {
    "page: newest": {},
    "page: one person": { userId },
    "page: one status": { status },
    "page: one template": { template },
    "page: one group": { groupName },
    "page: one related contact": { relatedContactId },
    "page: one batch": { batchId },
  };
  for (let again = 0; again < 5; again += 1) {
    for (const [label, filter] of Object.entries(pages)) {
      const page = await time(label, () => notifications.page({ ...filter, limit: perPage }));
      expectCount(`"${label}" shows`, page.notifications.length, perPage);
    }
  }
}

/** Rows of their own, older than every other, so that there is the same to purge however many rows there are. */
async function purgeAged(set: TableSet, time: Stopwatch, index: number): Promise<void> {
  const { prefix, db, storage, database } = set;
  const now = Date.now();
  await seed(database.name, db, {
    prefix,
    count: agedRows,
    // Far behind the history's numbers; rounds count from -1, and a plan is taken before them.
    first: 100_000_000 + (index + 10) * agedRows,
    from: new Date(now - 60 * day),
    until: new Date(now - 50 * day),
  });
  const { deleted } = await time(`purge ${agedRows}`, () =>
    storage.notifications.purge({ olderThanMs: 40 * day, limit: 1_000 }),
  );
  expectCount("purge() deleted", deleted, agedRows);
}

/** Straight from the tables: the store never deletes what is young. */
async function deleteBatch(
  { db, prefix }: TableSet,
  batchId: string,
  rows: readonly NewNotification[],
): Promise<void> {
  const [notifications, attempts, batchLabels] = growingTables.map((table) => sql.table(prefix + table));
  const ids = sql.join(rows.map(({ id }) => id));
  await sql`delete from ${attempts} where notification_id in (${ids})`.execute(db);
  await sql`delete from ${notifications} where id in (${ids})`.execute(db);
  await sql`delete from ${batchLabels} where batch_id = ${batchId}`.execute(db);
}

function deliveredReceipt(providerMessageId: string): ChannelReceipt {
  const occurredAt = new Date();
  return { channel, providerMessageId, attemptId: null, status: "delivered", occurredAt, failure: null };
}

function expectCount(what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`${what} ${count} rows, not ${expected}.`);
}
