import type {
  AttemptResult,
  AttemptStart,
  ClaimRequest,
  Lease,
  Move,
  Notification,
  OverdueNotification,
} from "@callboard/core/adapter";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable } from "../schema.js";
import { moveNotifications } from "./move-notifications.js";
import { priorityRanks, toNotification } from "./notification-codec.js";
import { notificationColumns } from "./notification-columns.js";

/**
 * Takes due rows in one statement: a row that another claimer holds is passed over. Each priority is looked up by itself,
 * because only then does the index give the longest due ones without sorting everything that is due.
 */
export async function claim(database: Database, request: ClaimRequest): Promise<Notification[]> {
  const { tables, sql: dialect } = database;
  const { token, leaseMs, limit } = request;
  const lanes = priorityRanks.map((rank) => sql`select * from (${dueRows(database, request, rank)}) as lane`);
  const { rows } = await sql<NotificationsTable>`
    update ${sql.table(tables.notifications)}
    set status = 'sending', lease_token = ${token}, lease_until = ${dialect.now()} + ${leaseMs}
    where id in (
      select id from (${sql.join(lanes, sql` union all `)}) as due
      order by priority, next_attempt_at
      limit ${limit})
    returning ${notificationColumns}`.execute(database.on());
  // The order of returned rows is the database's own.
  return rows
    .sort((a, b) => a.priority - b.priority || Number(a.next_attempt_at) - Number(b.next_attempt_at))
    .map(toNotification);
}

function dueRows(
  { tables, sql: dialect }: Database,
  { channels, pausedTemplates, limit }: ClaimRequest,
  rank: number,
): RawBuilder<unknown> {
  const now = dialect.now();
  const paused = pausedTemplates.map(
    ({ channel, template }) => sql`and not (channel = ${channel} and template = ${template})`,
  );
  return sql`
    select id, priority, next_attempt_at from ${sql.table(tables.notifications)}
    where status = 'pending' and priority = ${sql.lit(rank)} and next_attempt_at <= ${now}
      and (expires_at is null or expires_at > ${now})
      and channel in (${sql.join(channels)}) ${sql.join(paused, sql` `)}
    order by next_attempt_at
    limit ${limit}
    ${dialect.skipLocked}`;
}

/** Marks the rows whose lease holds, and writes their attempts, in one transaction. */
export async function startAttempts(
  database: Database,
  attempts: readonly AttemptStart[],
): Promise<string[]> {
  if (attempts.length === 0) return [];
  const { tables, sql: dialect } = database;
  const now = dialect.now();
  return database.transaction(async (transaction) => {
    const starts = dialect.jsonRows(
      attempts.map(({ id, notificationId, leaseToken }) => ({
        s_id: id,
        s_notification: notificationId,
        s_lease: leaseToken,
      })),
      { s_id: "text", s_notification: "text", s_lease: "text" },
    );
    const { rows } = await sql<Pick<NotificationsTable, "id" | "attempt_id" | "channel">>`
      update ${sql.table(tables.notifications)} as n
      set attempt_id = s_id
      from ${starts} as start
      where n.id = s_notification and status = 'sending' and lease_token = s_lease and lease_until > ${now}
      returning id, attempt_id, channel`.execute(transaction);
    if (rows.length === 0) return [];
    await transaction
      .insertInto(tables.attempts)
      .values(
        rows.map(({ id, attempt_id, channel }) => ({
          id: attempt_id ?? "",
          notification_id: id,
          channel,
          started_at: now,
        })),
      )
      .execute();
    return rows.map(({ id }) => id);
  });
}

/** Extends what is still held under this token. */
export async function renew(database: Database, { token, leaseMs }: Lease): Promise<string[]> {
  const now = database.sql.now();
  const rows = await database
    .on()
    .updateTable(database.tables.notifications)
    .set({ lease_until: sql<number>`${now} + ${leaseMs}` })
    .where("status", "=", "sending")
    .where("lease_token", "=", token)
    .where("lease_until", ">", now)
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

/** Closes the attempts, then moves the rows whose lease is still ours. */
export async function record(database: Database, results: readonly AttemptResult[]): Promise<Notification[]> {
  if (results.length === 0) return [];
  const { tables, sql: dialect } = database;
  return database.transaction(async (transaction) => {
    const ends = dialect.jsonRows(
      results.map((result) => ({
        e_id: result.attemptId,
        e_outcome: result.outcome,
        e_provider_message_id: result.providerMessageId,
        e_provider_code: result.providerCode,
        e_message: result.message,
        e_duration_ms: result.durationMs,
      })),
      {
        e_id: "text",
        e_outcome: "text",
        e_provider_message_id: "text",
        e_provider_code: "text",
        e_message: "text",
        e_duration_ms: "integer",
      },
    );
    await sql`
      update ${sql.table(tables.attempts)} as a
      set ended_at = ${dialect.now()}, outcome = e_outcome, provider_code = e_provider_code, message = e_message,
          duration_ms = e_duration_ms, provider_message_id = coalesce(e_provider_message_id, provider_message_id)
      from ${ends} as ended
      where a.id = e_id`.execute(transaction);
    return moveNotifications(
      database,
      transaction,
      results.map(({ notificationId, leaseToken, transition }) => ({
        id: notificationId,
        transition,
        expected: { status: "sending", leaseToken, attemptId: undefined, leaseOver: false },
      })),
    );
  });
}

export function settle(database: Database, moves: readonly Move[]): Promise<Notification[]> {
  return moveNotifications(
    database,
    database.on(),
    moves.map(({ id, from, transition }) => ({ id, transition, expected: from })),
  );
}

/**
 * Three look-ups, each answered by an index on the status; one `or` over them would read the whole table. Few rows are
 * sending or uncertain at any time.
 */
export async function findOverdue(database: Database, limit: number): Promise<OverdueNotification[]> {
  const { tables, sql: dialect } = database;
  const now = dialect.now();
  const overdue = [
    sql`status = 'sending' and lease_until <= ${now} order by lease_until`,
    sql`status = 'uncertain' and next_attempt_at <= ${now} order by next_attempt_at`,
    sql`status = 'pending' and expires_at <= ${now} order by expires_at`,
  ];
  const found: OverdueNotification[] = [];
  for (const condition of overdue) {
    if (found.length >= limit) break;
    const { rows } = await sql<Selectable<NotificationsTable> & { attempt_open: number | bigint }>`
      select n.*, (select count(*) from ${sql.table(tables.attempts)} as a
                   where a.id = n.attempt_id and a.ended_at is null) as attempt_open
      from ${sql.table(tables.notifications)} as n
      where ${condition} limit ${limit - found.length}`.execute(database.on());
    for (const row of rows) {
      found.push({
        notification: toNotification(row),
        leaseToken: row.lease_token,
        attemptOpen: Number(row.attempt_open) > 0,
      });
    }
  }
  return found;
}
