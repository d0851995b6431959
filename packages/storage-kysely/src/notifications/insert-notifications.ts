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
    const owners = new Map((await findByKey(database, executor, keyed)).map((row) => [keyOf(row), row]));
    const existing = keyed.flatMap((row) => {
      const owner = owners.get(keyOf(row));
      return owner && owner.id !== row.id ? [owner] : [];
    });
    const existingKeys = new Set(existing.map(keyOf));
    const inserted = rows.filter((row) => row.idempotencyKey === null || !existingKeys.has(keyOf(row)));
    if (!conflicts(keyed, existing)) return { insertedIds: inserted.map(({ id }) => id), existing };
    // Taken back by hand, because the host's transaction may live on.
    await removeRows(database, executor, inserted);
    return { insertedIds: [], existing };
  });
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

async function removeRows(
  { tables }: Database,
  executor: Kysely<Tables>,
  rows: readonly NewNotification[],
): Promise<void> {
  for (const chunk of chunks(rows, rowsPerStatement)) {
    const ids = chunk.map(({ id }) => id);
    await executor.deleteFrom(tables.notifications).where("id", "in", ids).execute();
  }
}

function conflicts(rows: readonly NewNotification[], existing: readonly StoredKey[]): boolean {
  const hashes = new Map(rows.map((row) => [keyOf(row), row.contentHash]));
  return existing.some((row) => hashes.get(keyOf(row)) !== row.contentHash);
}

function keyOf(row: Pick<NewNotification, "template" | "idempotencyKey" | "userId" | "channel">): string {
  return JSON.stringify([row.template, row.idempotencyKey, row.userId, row.channel]);
}
