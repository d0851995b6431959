import type { Notification, Transition } from "@callboard/core/adapter";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { toMs } from "../codec.js";
import type { Database } from "../database.js";
import type { JsonColumns } from "../json-rows.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { type NamedUpdate, updateNamed } from "../update-named.js";
import { toNotification } from "./notification-codec.js";
import { notificationColumns } from "./notification-columns.js";

/** A step, and what its row must look like for the step to be taken. */
export interface Step {
  readonly id: string;
  readonly transition: Transition;
  /** `null`: any; the caller holds a lock on the row. */
  readonly expected: {
    readonly status: string;
    readonly leaseToken: string | null;
    /** `undefined`: any. */
    readonly attemptId: string | null | undefined;
    readonly leaseOver: boolean;
  } | null;
}

const stepColumns = {
  step_id: "text",
  from_status: "text",
  from_lease: "text",
  from_attempt: "text",
  lease_over: "integer",
  to_status: "text",
  due_in_ms: "integer",
  to_attempts: "integer",
  to_crashes: "integer",
  to_uncertainties: "integer",
  to_failure_class: "text",
  to_failure_code: "text",
  to_failure_message: "text",
  to_failure_hint: "text",
  to_provider_message_id: "text",
  to_sent_at: "integer",
  to_delivered_at: "integer",
  to_read_at: "integer",
} as const satisfies JsonColumns;

/** No id looks like this; stands for "whatever the row has". */
const anyAttempt = "*";

/** Moves all rows that are as expected. Says in SQL what core's `applyTransition` says. */
export async function moveNotifications(
  database: Database,
  executor: Kysely<Tables>,
  steps: readonly Step[],
): Promise<Notification[]> {
  const rows = await updateNamed<NotificationsTable>(database, executor, moving(database, steps));
  return rows.map(toNotification);
}

export function moving({ tables, sql: dialect }: Database, steps: readonly Step[]): NamedUpdate {
  const now = dialect.now();
  return {
    table: tables.notifications,
    rows: inLockOrder(steps).map(toStepRow),
    columns: stepColumns,
    idColumn: "step_id",
    where: sql`(from_status is null
      or (status = from_status
        and coalesce(lease_token, '') = coalesce(from_lease, '')
        and (from_attempt = ${sql.lit(anyAttempt)} or coalesce(attempt_id, '') = coalesce(from_attempt, ''))
        and (lease_over = 0 or lease_until <= ${now})))`,
    set: changes(now),
    select: notificationColumns,
  };
}

/** Always the same, so that two who move the same rows seldom wait for each other crosswise. */
function inLockOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function changes(now: RawBuilder<number>): RawBuilder<unknown> {
  return sql`status = to_status,
    attempts = to_attempts,
    crashes = to_crashes,
    uncertainties = to_uncertainties,
    failure_class = to_failure_class,
    failure_code = to_failure_code,
    failure_message = to_failure_message,
    failure_hint = to_failure_hint,
    provider_message_id = coalesce(to_provider_message_id, provider_message_id),
    next_attempt_at = ${now} + due_in_ms,
    sent_at = coalesce(sent_at, to_sent_at, ${entered("sent", now)}),
    delivered_at = coalesce(delivered_at, to_delivered_at, ${entered("delivered", now)}),
    read_at = coalesce(read_at, to_read_at, ${entered("read", now)}),
    failed_at = coalesce(${entered("failed", now)}, failed_at),
    uncertain_at = coalesce(${entered("uncertain", now)}, uncertain_at),
    cancelled_at = coalesce(${entered("cancelled", now)}, cancelled_at),
    expired_at = coalesce(${entered("expired", now)}, expired_at),
    lease_token = null,
    lease_until = null`;
}

function entered(status: string, now: RawBuilder<number>): RawBuilder<number | null> {
  return sql`case when to_status = ${sql.lit(status)} then ${now} end`;
}

function toStepRow({
  id,
  transition,
  expected,
}: Step): Record<keyof typeof stepColumns, string | number | null> {
  const { failure, stamps } = transition;
  return {
    step_id: id,
    from_status: expected?.status ?? null,
    from_lease: expected?.leaseToken ?? null,
    from_attempt: expected?.attemptId === undefined ? anyAttempt : expected.attemptId,
    lease_over: expected?.leaseOver ? 1 : 0,
    to_status: transition.status,
    due_in_ms: transition.dueInMs === null ? null : Math.round(transition.dueInMs),
    to_attempts: transition.attempts,
    to_crashes: transition.crashes,
    to_uncertainties: transition.uncertainties,
    to_failure_class: failure?.failureClass ?? null,
    to_failure_code: failure?.providerCode ?? null,
    to_failure_message: failure?.message ?? null,
    to_failure_hint: failure?.hint ?? null,
    to_provider_message_id: transition.providerMessageId,
    to_sent_at: toMs(stamps.sentAt ?? null),
    to_delivered_at: toMs(stamps.deliveredAt ?? null),
    to_read_at: toMs(stamps.readAt ?? null),
  };
}
