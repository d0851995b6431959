import type { CancellableRequest, Notification } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { BatchLabelsTable, NotificationsTable, Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { toNotification } from "./notification-codec.js";
import { unfinishedStatuses } from "./unfinished-statuses.js";

/** Unfinished rows under a cancel key, by id. The key is a label of batches, so that they are found through their batch. */
export async function findCancellable(
  database: Database,
  executor: Kysely<Tables>,
  request: CancellableRequest,
): Promise<Notification[]> {
  if (request.userIds?.length === 0) return [];
  const labels = await labelsOf(database, executor, request);
  if (labels.length === 0) return [];
  const { tables, sql: dialect } = database;
  const batches = dialect.jsonRows(
    labels.map((label) => ({ l_batch: label.batch_id, l_created: Number(label.created_at) })),
    { l_batch: "text", l_created: "integer" },
  );
  const { rows } = await sql<NotificationsTable>`
    select n.* from ${batches} as labels
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n
      ${dialect.byIndex(`${bareName(tables.notifications)}_batch`)}
      on n.batch_id = l_batch and n.created_at = l_created
    where ${conditionsOf(request)}
    order by n.id limit ${request.limit}`.execute(executor);
  return rows.map(toNotification);
}

async function labelsOf(
  { tables }: Database,
  executor: Kysely<Tables>,
  { cancelKey, exceptBatchId = "" }: CancellableRequest,
): Promise<Pick<BatchLabelsTable, "batch_id" | "created_at">[]> {
  return executor
    .selectFrom(tables.batchLabels)
    .select(["batch_id", "created_at"])
    .where("kind", "=", "cancel")
    .where("value", "=", cancelKey)
    .where("batch_id", "!=", exceptBatchId)
    .execute();
}

function conditionsOf({ cancelKey, channel, userIds, afterId }: CancellableRequest) {
  const conditions = [
    sql`n.cancel_key = ${cancelKey} and n.status in (${sql.join(unfinishedStatuses.map((one) => sql.lit(one)))})`,
    ...(channel === undefined ? [] : [sql`n.channel = ${channel}`]),
    ...(userIds === undefined ? [] : [sql`n.user_id in (${sql.join(userIds)})`]),
    ...(afterId === undefined ? [] : [sql`n.id > ${afterId}`]),
  ];
  return sql.join(conditions, sql` and `);
}
