import type { AttemptResult, AttemptStart, Notification } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { updateNamed } from "../update-named.js";
import { moveNotifications } from "./move-notifications.js";

/** Marks the rows whose lease holds, and writes their attempts, in one transaction. */
export async function startAttempts(
  database: Database,
  attempts: readonly AttemptStart[],
): Promise<string[]> {
  if (attempts.length === 0) return [];
  return database.transaction(async (transaction) => {
    const rows = await markStarted(database, transaction, attempts);
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
  });
}

type StartedRow = Pick<NotificationsTable, "id" | "attempt_id" | "channel">;

function markStarted(database: Database, executor: Kysely<Tables>, attempts: readonly AttemptStart[]) {
  return updateNamed<StartedRow>(database, executor, {
    table: database.tables.notifications,
    rows: attempts.map(({ id, notificationId, leaseToken }) => ({
      s_id: id,
      s_notification: notificationId,
      s_lease: leaseToken,
    })),
    columns: { s_id: "text", s_notification: "text", s_lease: "text" },
    idColumn: "s_notification",
    where: sql`status = 'sending' and lease_token = s_lease and lease_until > ${database.sql.now()}`,
    set: sql`attempt_id = s_id`,
    select: sql`id, attempt_id, channel`,
  });
}

/**
 * Moves the rows whose lease is still ours, and closes the attempts, whose lease or not. In this order, because
 * whoever forgets a person locks the notification before its attempts, too.
 */
export async function record(database: Database, results: readonly AttemptResult[]): Promise<Notification[]> {
  if (results.length === 0) return [];
  return database.transaction(async (transaction) => {
    const moved = await moveNotifications(
      database,
      transaction,
      results.map(({ notificationId, leaseToken, transition }) => ({
        id: notificationId,
        transition,
        expected: { status: "sending", leaseToken, attemptId: undefined, leaseOver: false },
      })),
    );
    await endAttempts(database, transaction, results);
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

async function endAttempts(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  results: readonly AttemptResult[],
): Promise<void> {
  const ends = results.map((result) => ({
    e_id: result.attemptId,
    e_outcome: result.outcome,
    e_provider_message_id: result.providerMessageId,
    e_provider_code: result.providerCode,
    e_message: result.message,
    e_duration_ms: Math.round(result.durationMs),
  }));
  const update = dialect.updateFrom({
    table: tables.attempts,
    as: "a",
    rows: dialect.jsonRows(ends, endColumns),
    // A result that comes twice says the same; what was blanked meanwhile stays blank.
    on: sql`a.id = e_id and a.ended_at is null`,
    set: sql`ended_at = ${dialect.now()}, outcome = e_outcome, provider_code = e_provider_code, message = e_message,
      duration_ms = e_duration_ms, provider_message_id = coalesce(e_provider_message_id, provider_message_id)`,
  });
  await update.execute(transaction);
}
