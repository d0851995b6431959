import type {
  InsertResult,
  NewNotification,
  NotificationStatus,
  WriteOptions,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database, HostTransaction } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { insertLabels } from "./batch-labels.js";
import { insertColumns, timesOf } from "./notification-codec.js";

/** Writes what is not there yet. The unique constraint decides, so that of two racing callers one writes. */
export async function insertNotifications(
  database: Database,
  rows: readonly NewNotification[],
  options: WriteOptions<HostTransaction>,
): Promise<InsertResult> {
  if (rows.length === 0) return { insertedIds: [], existing: [] };
  return database.within(options, async (executor) => {
    const written = await insertMissing(database, executor, rows);
    const keyed = rows.filter(({ idempotencyKey }) => idempotencyKey !== null);
    // Nearly always nothing is in the way.
    if (database.sql.countsInserted && written === rows.length)
      return { insertedIds: rows.map(({ id }) => id), existing: [] };
    const holders = await findByKey(database, executor, keyed);
    const ids = new Set(keyed.map(({ id }) => id));
    const existing = holders.filter(({ id }) => !ids.has(id));
    if (existing.length === 0) return { insertedIds: rows.map(({ id }) => id), existing };
    const taken = new Set(existing.map(keyOf));
    return { insertedIds: rows.filter((row) => !taken.has(keyOf(row))).map(({ id }) => id), existing };
  });
}

export async function discardBatch(
  { tables }: Database,
  executor: Kysely<Tables>,
  batchId: string,
): Promise<void> {
  await executor.deleteFrom(tables.notifications).where("batch_id", "=", batchId).execute();
}

async function insertMissing(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
): Promise<number> {
  const { tables, sql: dialect } = database;
  const now = await timeOf(database, executor);
  await insertLabels(database, executor, rows, now);
  return insertRows(database, executor, {
    table: tables.notifications,
    columns: { ...insertColumns, ...timesOf(now) },
    items: rows,
    whenTaken: dialect.skipTaken(tables.notifications, ["template", "idempotency_key", "user_id", "channel"]),
  });
}

/** Who holds the keys of these rows now. */
async function findByKey(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
) {
  if (rows.length === 0) return [];
  const wanted = dialect.jsonRows(
    rows.map((row) => ({
      w_template: row.template,
      w_key: row.idempotencyKey,
      w_user: row.userId,
      w_channel: row.channel,
    })),
    { w_template: "text", w_key: "text", w_user: "text", w_channel: "text" },
  );
  const { rows: found } = await sql<StoredKey>`
    select n.id, n.template, n.idempotency_key, n.user_id, n.channel, n.status, n.content_hash
    from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n
      on n.template = w_template and n.idempotency_key = w_key and n.user_id = w_user and n.channel = w_channel
    ${dialect.forShare}`.execute(executor);
  return found.map((row) => ({
    id: row.id,
    template: row.template,
    idempotencyKey: row.idempotency_key,
    userId: row.user_id,
    channel: row.channel,
    status: row.status,
    contentHash: row.content_hash,
  }));
}

interface StoredKey {
  readonly id: string;
  readonly template: string;
  readonly idempotency_key: string;
  readonly user_id: string;
  readonly channel: string;
  readonly status: NotificationStatus;
  readonly content_hash: string;
}

function keyOf(row: Pick<NewNotification, "template" | "idempotencyKey" | "userId" | "channel">): string {
  return JSON.stringify([row.template, row.idempotencyKey, row.userId, row.channel]);
}
