import type { NotificationPage, PageRequest } from "@callboard/core/adapter";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { inStatuses } from "../in-statuses.js";
import type { NotificationsTable } from "../schema.js";
import { troubledStatuses } from "../troubled-statuses.js";
import { type Cursor, readCursor, writeCursor } from "./cursor.js";
import { toNotification } from "./notification-codec.js";
import { type Label, readByLabel } from "./read-by-label.js";

/** By key, not by offset: the thousandth page costs what the first does. One more row tells whether there is a next page. */
export async function page(database: Database, request: PageRequest): Promise<NotificationPage> {
  const cursor =
    request.after === undefined ? null : readCursor("notifications.page({ after })", request.after);
  const wanted = request.limit + 1;
  const conditions = conditionsOf(database, request, cursor);
  const label = labelOf(request);
  const rows = label
    ? await readByLabel(database, { label, conditions, wanted, period: periodOf(request, cursor) })
    : await readByIndex(database, conditions, wanted);
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  return {
    notifications: shown.map(toNotification),
    next: rows.length > request.limit && last ? writeCursor(last) : null,
  };
}

/**
 * The label that finds the fewest rows; `null` where an index of the notifications finds fewer. Whatever is found is
 * held against every condition.
 */
function labelOf({
  batchId,
  userId,
  relatedContactId,
  status,
  groupName,
  template,
}: PageRequest): Label | null {
  if (batchId !== undefined || userId !== undefined) return null;
  if (relatedContactId !== undefined) return { kind: "contact", value: relatedContactId };
  if (isTroubled(status)) return null;
  if (template !== undefined) return { kind: "template", value: template };
  return groupName === undefined ? null : { kind: "group", value: groupName };
}

function periodOf({ from, until }: PageRequest, cursor: Cursor | null) {
  const latest = Math.min(
    until ? until.getTime() - 1 : Number.MAX_SAFE_INTEGER,
    cursor?.createdAt ?? Number.MAX_SAFE_INTEGER,
  );
  return { earliest: from?.getTime() ?? Number.MIN_SAFE_INTEGER, latest };
}

async function readByIndex(
  database: Database,
  conditions: RawBuilder<unknown>,
  wanted: number,
): Promise<NotificationsTable[]> {
  const { rows } = await sql<NotificationsTable>`
    select n.* from ${sql.table(database.tables.notifications)} as n where ${conditions}
    order by created_at desc, id desc limit ${wanted}`.execute(database.on());
  return rows;
}

function conditionsOf(
  { sql: dialect }: Database,
  request: PageRequest,
  cursor: Cursor | null,
): RawBuilder<unknown> {
  const { status, userId, groupName, template, channel, batchId, relatedContactId, from, until } = request;
  const conditions = [
    status !== undefined && sql`status = ${sql.lit(status)}`,
    isTroubled(status) && inStatuses(troubledStatuses),
    userId !== undefined && sql`user_id = ${userId}`,
    groupName !== undefined && dialect.jsonHas(sql`group_names`, groupName),
    template !== undefined && sql`template = ${template}`,
    channel !== undefined && sql`channel = ${channel}`,
    batchId !== undefined && sql`n.batch_id = ${batchId}`,
    relatedContactId !== undefined && sql`related_contact_id = ${relatedContactId}`,
    request.idempotencyKey !== undefined && sql`idempotency_key = ${request.idempotencyKey}`,
    until !== undefined && sql`n.created_at < ${until.getTime()}`,
    // In this form every database reads it as a range of the index.
    cursor &&
      sql`n.created_at <= ${cursor.createdAt} and (n.created_at < ${cursor.createdAt} or id < ${cursor.id})`,
  ];
  // Always bounded: without a condition on the time, a young MySQL table is sorted whole.
  const sinceEver = sql`n.created_at >= ${from?.getTime() ?? 0}`;
  return sql.join([sinceEver, ...conditions.filter((one) => one !== false && one !== null)], sql` and `);
}

function isTroubled(status: PageRequest["status"]): boolean {
  return troubledStatuses.some((one) => one === status);
}
