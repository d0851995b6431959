import type { AttemptResult, AttemptStart, Notification } from "@callboard/core/adapter";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { type NamedUpdate, updateNamed, updateReturning } from "../update-named.js";
import { moveNotifications, moving } from "./move-notifications.js";
import { toNotification } from "./notification-codec.js";

/** Marks the rows whose lease holds, and writes their attempts: both or neither. */
export async function startAttempts(
  database: Database,
  attempts: readonly AttemptStart[],
): Promise<string[]> {
  if (attempts.length === 0) return [];
  return database.sql.writesTogether
    ? startInOneStatement(database, attempts)
    : database.transaction((transaction) => startInTwo(database, transaction, attempts));
}

async function startInOneStatement(database: Database, attempts: readonly AttemptStart[]): Promise<string[]> {
  const { rows } = await sql<{ notification_id: string }>`
    with started as (${updateReturning(database, starting(database, attempts))})
    insert into ${sql.table(database.tables.attempts)} (id, notification_id, channel, started_at)
    select attempt_id, id, channel, ${database.sql.now()} from started
    returning notification_id`.execute(database.on());
  return rows.map(({ notification_id: id }) => id);
}

async function startInTwo(
  database: Database,
  transaction: Kysely<Tables>,
  attempts: readonly AttemptStart[],
): Promise<string[]> {
  const rows = await updateNamed<StartedRow>(database, transaction, starting(database, attempts));
  if (rows.length === 0) return [];
  const startedAt = await timeOf(database, transaction);
  await insertRows(database, transaction, {
    table: database.tables.attempts,
    columns: {
      id: ["text", ({ attempt_id: id }) => id],
      notification_id: ["text", ({ id }) => id],
      channel: ["text", ({ channel }) => channel],
      started_at: ["integer", () => startedAt],
    },
    items: rows,
  });
  return rows.map(({ id }) => id);
}

type StartedRow = Pick<NotificationsTable, "id" | "attempt_id" | "channel">;

function starting({ tables, sql: dialect }: Database, attempts: readonly AttemptStart[]): NamedUpdate {
  return {
    table: tables.notifications,
    rows: attempts.map(({ id, notificationId, leaseToken }) => ({
      s_id: id,
      s_notification: notificationId,
      s_lease: leaseToken,
    })),
    columns: { s_id: "text", s_notification: "text", s_lease: "text" },
    idColumn: "s_notification",
    where: sql`status = 'sending' and lease_token = s_lease and lease_until > ${dialect.now()}`,
    set: sql`attempt_id = s_id`,
    select: sql`id, attempt_id, channel`,
  };
}

/**
 * Moves the rows whose lease is still ours, and closes the attempts, whose lease or not. In this order, because
 * whoever forgets a person locks the notification before its attempts, too.
 */
export async function record(database: Database, results: readonly AttemptResult[]): Promise<Notification[]> {
  if (results.length === 0) return [];
  const steps = results.map(({ notificationId, leaseToken, transition }) => ({
    id: notificationId,
    transition,
    expected: { status: "sending", leaseToken, attemptId: undefined, leaseOver: false },
  }));
  if (database.sql.writesTogether) {
    const { rows } = await sql<NotificationsTable>`
      with ended as (${ending(database, results)})
      ${updateReturning(database, moving(database, steps))}`.execute(database.on());
    return rows.map(toNotification);
  }
  return database.transaction(async (transaction) => {
    const moved = await moveNotifications(database, transaction, steps);
    await ending(database, results).execute(transaction);
    return moved;
  });
}

const endColumns = {
  e_id: "text",
  e_outcome: "text",
  e_provider_message_id: "text",
  e_provider_code: "text",
  e_message: "text",
  e_duration_ms: "integer",
} as const;

function ending({ tables, sql: dialect }: Database, results: readonly AttemptResult[]): RawBuilder<unknown> {
  const ends = results.map((result) => ({
    e_id: result.attemptId,
    e_outcome: result.outcome,
    e_provider_message_id: result.providerMessageId,
    e_provider_code: result.providerCode,
    e_message: result.message,
    e_duration_ms: Math.round(result.durationMs),
  }));
  return dialect.updateFrom({
    table: tables.attempts,
    as: "a",
    rows: dialect.jsonRows(ends, endColumns),
    // A result that comes twice says the same; what was blanked meanwhile stays blank.
    on: sql`a.id = e_id and a.ended_at is null`,
    set: sql`ended_at = ${dialect.now()}, outcome = e_outcome, provider_code = e_provider_code, message = e_message,
      duration_ms = e_duration_ms, provider_message_id = coalesce(e_provider_message_id, provider_message_id)`,
  });
}
