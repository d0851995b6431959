import type {
  InsertResult,
  NewNotification,
  NotificationStatus,
  WriteOptions,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "../codec.js";
import type { Database, HostTransaction } from "../database.js";
import type { Tables } from "../schema.js";
import { toNotificationRow } from "./notification-codec.js";

/** About 30 parameters a row; SQLite allows 32,766 in a statement, PostgreSQL and MySQL 65,535. */
const rowsPerStatement = 500;

/** Writes what is not there yet. The unique constraint decides, so that of two racing callers one writes. */
export async function insertNotifications(
  database: Database,
  rows: readonly NewNotification[],
  options: WriteOptions<HostTransaction>,
): Promise<InsertResult> {
  if (rows.length === 0) return { insertedIds: [], existing: [] };
  return database.within(options, async (executor) => {
    await insertMissing(database, executor, rows);
    const keyed = rows.filter(({ idempotencyKey }) => idempotencyKey !== null);
    const holders = await findByKey(database, executor, keyed);
    const ids = new Set(rows.map(({ id }) => id));
    const existing = holders.filter(({ id }) => !ids.has(id));
    const taken = new Set(existing.map(keyOf));
    return { insertedIds: rows.filter((row) => !taken.has(keyOf(row))).map(({ id }) => id), existing };
  });
}

export async function discardBatch(
  database: Database,
  batchId: string,
  options: WriteOptions<HostTransaction>,
): Promise<void> {
  await database
    .on(options)
    .deleteFrom(database.tables.notifications)
    .where("batch_id", "=", batchId)
    .execute();
}

async function insertMissing(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
): Promise<void> {
  const now = dialect.now();
  for (const chunk of chunks(rows, rowsPerStatement)) {
    await executor
      .insertInto(tables.notifications)
      .values(
        chunk.map((row) => ({
          ...toNotificationRow(row),
          created_at: now,
          next_attempt_at: row.notBefore === null ? now : row.notBefore.getTime(),
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["template", "idempotency_key", "user_id", "channel"]).doNothing(),
      )
      .execute();
  }
}

/** Who holds the keys of these rows now. Rows of one call share a template, a key and a channel, so this is one query. */
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
    select id, template, idempotency_key as "idempotencyKey", user_id as "userId", channel, status,
           content_hash as "contentHash"
    from ${wanted} as wanted
    join ${sql.table(tables.notifications)} as n
      on n.template = w_template and n.idempotency_key = w_key and n.user_id = w_user and n.channel = w_channel
  `.execute(executor);
  return found;
}

interface StoredKey {
  readonly id: string;
  readonly template: string;
  readonly idempotencyKey: string;
  readonly userId: string;
  readonly channel: string;
  readonly status: NotificationStatus;
  readonly contentHash: string;
}

function keyOf(row: Pick<NewNotification, "template" | "idempotencyKey" | "userId" | "channel">): string {
  return JSON.stringify([row.template, row.idempotencyKey, row.userId, row.channel]);
}
