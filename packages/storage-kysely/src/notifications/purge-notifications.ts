import type { PurgeRequest, PurgeResult } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { labelColumns, labelKey, labelsOf } from "./batch-labels.js";
import { readCursor, writeCursor } from "./cursor.js";

const unfinished = ["pending", "sending", "uncertain"];

const stamps = ["sent_at", "delivered_at", "read_at", "failed_at", "cancelled_at", "expired_at"] as const;

type OldRow = Pick<
  NotificationsTable,
  | "id"
  | "status"
  | "created_at"
  | "batch_id"
  | "template"
  | "group_names"
  | "related_contact_id"
  | (typeof stamps)[number]
>;

/** Deletes the finished ones among the oldest rows behind the cursor, with all that belongs to them. */
export async function purge(
  database: Database,
  executor: Kysely<Tables>,
  { olderThanMs, limit, after }: PurgeRequest,
): Promise<PurgeResult> {
  const cursor = after === undefined ? { createdAt: -1, id: "" } : readCursor("notifications.purge()", after);
  const before = (await timeOf(database, executor)) - olderThanMs;
  const columns = ["id", "status", "created_at", "batch_id", "template", "group_names", "related_contact_id"];
  const { rows } = await sql<OldRow>`
    select ${sql.join([...columns, ...stamps].map((name) => sql.id(name)))}
    from ${sql.table(database.tables.notifications)}
    where created_at >= ${cursor.createdAt} and (created_at > ${cursor.createdAt} or id > ${cursor.id})
      and created_at < ${before}
    order by created_at, id limit ${limit} ${database.sql.skipLocked}`.execute(executor);
  const finished = rows.filter((row) => !unfinished.includes(row.status) && lastStep(row) < before);
  if (finished.length > 0) await deleteAll(database, executor, finished);
  const last = rows.at(-1);
  return { deleted: finished.length, next: last && rows.length === limit ? writeCursor(last) : null };
}

function lastStep(row: OldRow): number {
  return Math.max(Number(row.created_at), ...stamps.map((stamp) => Number(row[stamp] ?? 0)));
}

async function deleteAll(
  database: Database,
  executor: Kysely<Tables>,
  rows: readonly OldRow[],
): Promise<void> {
  const { tables, sql: dialect } = database;
  const ids = dialect.jsonRows(
    rows.map(({ id }) => ({ d_id: id })),
    { d_id: "text" },
  );
  const { rows: attempts } = await sql<{ id: string }>`
    select a.id from ${ids} as ids
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a on a.notification_id = d_id`.execute(executor);
  const attemptIds = dialect.jsonRows(
    attempts.map(({ id }) => ({ d_id: id })),
    { d_id: "text" },
  );
  const match = { id: "d_id" };
  await dialect.deleteUsing({ table: tables.attempts, rows: attemptIds, match }).execute(executor);
  await dialect.deleteUsing({ table: tables.notifications, rows: ids, match }).execute(executor);
  await deleteLabels(database, executor, rows);
}

/** Labels of inserts of which no notification is left. */
async function deleteLabels(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  rows: readonly OldRow[],
): Promise<void> {
  const momentOf = (batch: string, createdAt: unknown) => JSON.stringify([batch, Number(createdAt)]);
  const moments = new Map(
    rows.map((row) => [
      momentOf(row.batch_id, row.created_at),
      { m_batch: row.batch_id, m_created: Number(row.created_at) },
    ]),
  );
  const wanted = dialect.jsonRows([...moments.values()], { m_batch: "text", m_created: "integer" });
  const { rows: left } = await sql<Pick<NotificationsTable, "batch_id" | "created_at">>`
    select m_batch as batch_id, m_created as created_at from ${wanted} as moments
    where exists (select 1 from ${sql.table(tables.notifications)} as n
                  where n.batch_id = m_batch and n.created_at = m_created)`.execute(executor);
  for (const row of left) moments.delete(momentOf(row.batch_id, row.created_at));
  const gone = rows.filter((row) => moments.has(momentOf(row.batch_id, row.created_at)));
  const labels = gone.flatMap((row) => {
    const relatedContact = row.related_contact_id === null ? null : { id: row.related_contact_id };
    const { template, batch_id: batchId, created_at: createdAt } = row;
    const labelled = {
      batchId,
      template,
      relatedContact,
      groupNames: JSON.parse(row.group_names) as string[],
    };
    return labelsOf([labelled]).map((label) => ({ ...label, created_at: Number(createdAt) }));
  });
  const match = Object.fromEntries(labelKey.map((name) => [name, name]));
  await dialect
    .deleteUsing({ table: tables.batchLabels, rows: dialect.jsonRows(labels, labelColumns), match })
    .execute(executor);
}
