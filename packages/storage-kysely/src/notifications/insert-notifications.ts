import type {
  InsertResult,
  NewNotification,
  NotificationStatus,
  WriteOptions,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "../codec.js";
import type { Database, HostTransaction } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { timeOf } from "../time-of.js";
import { insertLabels } from "./batch-labels.js";
import { deleteBatches } from "./batches.js";
import { type DeletedRow, deleteNotifications, deletionColumns } from "./delete-notifications.js";
import { insertColumns, timesOf } from "./notification-codec.js";

/** Writes what is not there yet. The unique constraint decides, so that of two racing callers one writes. */
export async function insertNotifications(
  database: Database,
  rows: readonly NewNotification[],
  options: WriteOptions<HostTransaction>,
): Promise<InsertResult> {
  if (rows.length === 0) return { insertedIds: [], existing: [] };
  return database.within(options, async (executor) => {
    const now = await timeOf(database, executor);
    const written = await insertMissing(database, executor, rows, now);
    const existing = await findExisting(database, executor, rows, written);
    const taken = new Set(existing.map(keyOf));
    const inserted = taken.size === 0 ? rows : rows.filter((row) => !taken.has(keyOf(row)));
    await insertLabels(database, executor, inserted, now);
    return { insertedIds: inserted.map(({ id }) => id), existing };
  });
}

export async function discardBatch(
  database: Database,
  executor: Kysely<Tables>,
  batchId: string,
): Promise<void> {
  const { rows } = await sql<DeletedRow>`
    select ${sql.join(deletionColumns.map((name) => sql.id(name)))}
    from ${sql.table(database.tables.notifications)} where batch_id = ${batchId}`.execute(executor);
  for (const chunk of chunks(rows, rowsPerStatement)) await deleteNotifications(database, executor, chunk);
  await deleteBatches(database, executor, [batchId]);
}

/** Rows deleted in one statement. */
const rowsPerStatement = 1_000;

function insertMissing(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
  now: number,
): Promise<number> {
  const { tables, sql: dialect } = database;
  return insertRows(database, executor, {
    table: tables.notifications,
    columns: { ...insertColumns, ...timesOf(now) },
    items: rows,
    whenTaken: dialect.skipTaken(tables.notifications, ["template", "idempotency_key", "user_id", "channel"]),
  });
}

/** The rows that were there before under the keys of these. */
async function findExisting(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
  written: number,
): Promise<KeyHolder[]> {
  // Nearly always nothing was in the way.
  if (database.sql.countsInserted && written === rows.length) return [];
  const keyed = rows.filter(({ idempotencyKey }) => idempotencyKey !== null);
  const ids = new Set(keyed.map(({ id }) => id));
  return (await findByKey(database, executor, keyed)).filter(({ id }) => !ids.has(id));
}

/** Who holds the keys of these rows now. */
async function findByKey(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
): Promise<KeyHolder[]> {
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
      ${dialect.byIndex(`${bareName(tables.notifications)}_once`)}
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

type KeyHolder = InsertResult["existing"][number] & Pick<NewNotification, "template" | "idempotencyKey">;

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
