import type { PurgeRequest, PurgeResult } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { timeOf } from "../time-of.js";
import { readCursor, writeCursor } from "./cursor.js";
import { type DeletedRow, deleteNotifications, deletionColumns } from "./delete-notifications.js";
import { purgeBatches } from "./purge-batches.js";
import { unfinishedStatuses } from "./unfinished-statuses.js";

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
  const finished = rows.filter((row) => !isUnfinished(row) && lastStep(row) < before);
  await deleteNotifications(database, executor, finished);
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const batchesFrom = await purgeBatches(database, executor, {
    period: { earliest: Math.max(0, cursor.createdAt), latest: last ? Number(last.created_at) : before },
    before,
    limit,
    touched: finished.map(({ batch_id: batchId }) => batchId),
  });
  // Notifications of this period are looked at once more, which finds those that stay.
  if (batchesFrom !== null)
    return { deleted: finished.length, next: writeCursor({ created_at: batchesFrom, id: "0" }) };
  return { deleted: finished.length, next: last ? writeCursor(last) : null };
}

function isUnfinished({ status }: OldRow): boolean {
  return unfinishedStatuses.some((one) => one === status);
}

function lastStep(row: OldRow): number {
  return Math.max(Number(row.created_at), ...stamps.map((stamp) => Number(row[stamp] ?? 0)));
}
