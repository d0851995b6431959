import type { ClaimRequest, Notification } from "@callboard/core/adapter";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { dueRows } from "./due-rows.js";
import { rankOf, toNotification } from "./notification-codec.js";
import { notificationColumns } from "./notification-columns.js";

/**
 * Takes due rows; a row that another claimer holds is passed over. Each priority is looked up by itself, because
 * only then does the index give the longest due ones without sorting everything that is due.
 */
export async function claimDue(database: Database, request: ClaimRequest): Promise<Notification[]> {
  const ranks = [...new Set(request.priorities)].map(rankOf);
  if (ranks.length === 0) return [];
  const claiming: Claiming = { ...request, ranks };
  const rows = await database.atomically((executor) =>
    database.sql.returning
      ? claimInOneStatement(database, executor, claiming)
      : claimLaneByLane(database, executor, claiming),
  );
  // The order of returned rows is the database's own.
  const place = new Map(ranks.map((rank, index) => [rank, index]));
  const laneOf = (row: NotificationsTable) => place.get(row.priority) ?? 0;
  return rows
    .sort((a, b) => laneOf(a) - laneOf(b) || Number(a.next_attempt_at) - Number(b.next_attempt_at))
    .map(toNotification);
}

interface Claiming extends ClaimRequest {
  /** The priorities as they are stored, in the order in which they are looked through. */
  readonly ranks: readonly number[];
}

async function claimInOneStatement(
  database: Database,
  executor: Kysely<Tables>,
  request: Claiming,
): Promise<NotificationsTable[]> {
  const { ranks } = request;
  const laneName = (rank: number) => sql.id(`lane_${rank}`);
  const lanes = ranks.map((rank, index) => {
    // A lane takes what the lanes before it leave over, and locks no more than that.
    const taken = ranks.slice(0, index).map((earlier) => sql`- (select count(*) from ${laneName(earlier)})`);
    const limit = sql`${request.limit}${sql.join(taken, sql` `)}`;
    const due = dueRows(database, request, { rank, limit, select: sql`id` });
    return sql`${laneName(rank)} as (${due} ${database.sql.skipLocked})`;
  });
  const ids = ranks.map((rank) => sql`select id from ${laneName(rank)}`);
  const { rows } = await sql<NotificationsTable>`
    with ${sql.join(lanes)}
    update ${sql.table(database.tables.notifications)} set ${held(database, request)}
    where id in (${sql.join(ids, sql` union all `)})
    returning ${notificationColumns}`.execute(executor);
  return rows;
}

async function claimLaneByLane(
  database: Database,
  executor: Kysely<Tables>,
  request: Claiming,
): Promise<NotificationsTable[]> {
  const found: NotificationsTable[] = [];
  for (const rank of request.ranks) {
    const limit = request.limit - found.length;
    if (limit === 0) break;
    const lane = dueRows(database, request, { rank, limit: sql`${limit}`, select: notificationColumns });
    const { rows } = await sql<NotificationsTable>`${lane} ${database.sql.skipLocked}`.execute(executor);
    found.push(...rows);
  }
  if (found.length === 0) return [];
  const { tables, sql: dialect } = database;
  const rows = dialect.jsonRows(
    found.map(({ id }) => ({ c_id: id })),
    { c_id: "text" },
  );
  const on = sql`n.id = c_id`;
  await dialect
    .updateFrom({ table: tables.notifications, as: "n", rows, on, set: held(database, request) })
    .execute(executor);
  return found.map((row) => ({ ...row, status: "sending" }));
}

function held({ sql: dialect }: Database, { token, leaseMs }: ClaimRequest): RawBuilder<unknown> {
  return sql`status = 'sending', lease_token = ${token}, lease_until = ${dialect.now()} + ${leaseMs}`;
}
