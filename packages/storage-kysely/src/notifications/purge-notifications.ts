import type { PurgeRequest, PurgeResult } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { timeOf } from "../time-of.js";
import { readCursor, writeCursor } from "./cursor.js";
import { type DeletedRow, deleteNotifications, deletionColumns } from "./delete-notifications.js";

const unfinished = ["pending", "sending", "uncertain"];

const stamps = ["sent_at", "delivered_at", "read_at", "failed_at", "cancelled_at", "expired_at"] as const;

type OldRow = DeletedRow & Pick<NotificationsTable, "status" | (typeof stamps)[number]>;

/** Deletes the finished ones among the oldest rows behind the cursor, with all that belongs to them. */
export async function purge(
  database: Database,
  executor: Kysely<Tables>,
  { olderThanMs, limit, after }: PurgeRequest,
): Promise<PurgeResult> {
  const cursor = after === undefined ? { createdAt: -1, id: "" } : readCursor("notifications.purge()", after);
  const before = (await timeOf(database, executor)) - olderThanMs;
  const { rows } = await sql<OldRow>`
    select ${sql.join(["status", ...deletionColumns, ...stamps].map((name) => sql.id(name)))}
    from ${sql.table(database.tables.notifications)}
    ${database.sql.byIndex(`${bareName(database.tables.notifications)}_newest`)}
    where created_at >= ${cursor.createdAt} and (created_at > ${cursor.createdAt} or id > ${cursor.id})
      and created_at < ${before}
    order by created_at, id limit ${limit} ${database.sql.skipLocked}`.execute(executor);
  const finished = rows.filter((row) => !unfinished.includes(row.status) && lastStep(row) < before);
  await deleteNotifications(database, executor, finished);
  const last = rows.at(-1);
  return { deleted: finished.length, next: last && rows.length === limit ? writeCursor(last) : null };
}

function lastStep(row: OldRow): number {
  return Math.max(Number(row.created_at), ...stamps.map((stamp) => Number(row[stamp] ?? 0)));
}
