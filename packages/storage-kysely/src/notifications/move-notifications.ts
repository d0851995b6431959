import type { Notification, Transition } from "@callboard/core/adapter";
import { type Kysely, type RawBuilder, sql } from "kysely";
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
  readonly expected: {
    readonly status: string;
    readonly leaseToken: string | null;
    /** `undefined`: any. */
    readonly attemptId: string | null | undefined;
    readonly leaseOver: boolean;
  };
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
  to_acknowledged_at: "integer",
  to_button_id: "text",
  to_button_label: "text",
  to_charge_category: "text",
  to_charge_type: "text",
  to_charge_country: "text",
  replayed: "integer",
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
    // Of a forgotten person nothing is left that could be sent, and so no fingerprint of it.
    where: sql`content_hash <> '' and status = from_status
      and coalesce(lease_token, '') = coalesce(from_lease, '')
      and (from_attempt = ${sql.lit(anyAttempt)} or coalesce(attempt_id, '') = coalesce(from_attempt, ''))
      and (lease_over = 0 or lease_until <= ${now})`,
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
    sent_at = coalesce(sent_at, to_sent_at, ${enteredAt("sent", now)}),
    delivered_at = coalesce(delivered_at, to_delivered_at, ${enteredAt("delivered", now)}),
    read_at = coalesce(read_at, to_read_at, ${enteredAt("read", now)}),
    acknowledged_at = coalesce(acknowledged_at, to_acknowledged_at),
    acknowledged_button_label = ${firstOne("acknowledged_button_id", "acknowledged_button_label", "to_button_label")},
    acknowledged_button_id = coalesce(acknowledged_button_id, to_button_id),
    charge_type = ${firstOne("charge_category", "charge_type", "to_charge_type")},
    charge_country = ${firstOne("charge_category", "charge_country", "to_charge_country")},
    charge_category = coalesce(charge_category, to_charge_category),
    failed_at = ${enteredAt("failed", now)},
    uncertain_at = ${enteredAt("uncertain", now)},
    cancelled_at = ${enteredAt("cancelled", now)},
    expired_at = ${enteredAt("expired", now)},
    replayed_at = case when replayed = 1 then ${now} else replayed_at end,
    lease_token = null,
    lease_until = null`;
}

/** Now, where the step leads to this status; else as it was. */
function enteredAt(
  status: "sent" | "delivered" | "read" | "failed" | "uncertain" | "cancelled" | "expired",
  now: RawBuilder<number>,
): RawBuilder<number | null> {
  return sql`case when to_status = ${sql.lit(status)} then ${now} else ${sql.ref(`${status}_at`)} end`;
}

/**
 * A part of what is kept from its first report on, as a whole. `decider` tells whether there was one, and is set after its
 * parts: where columns are set one after the other, those behind it would see the new one.
 */
function firstOne(
  decider: "acknowledged_button_id" | "charge_category",
  part: "acknowledged_button_label" | "charge_type" | "charge_country",
  reported: "to_button_label" | "to_charge_type" | "to_charge_country",
): RawBuilder<string | null> {
  return sql`case when ${sql.ref(decider)} is null then ${sql.ref(reported)} else ${sql.ref(part)} end`;
}

/** What is not set is left out: PostgreSQL reads the name of each column again with every row. */
function toStepRow({
  id,
  transition: { failure, stamps, acknowledgedWith, charge, ...to },
  expected,
}: Step): Record<keyof typeof stepColumns, string | number | undefined> {
  return {
    step_id: id,
    from_status: expected.status,
    from_lease: expected.leaseToken ?? undefined,
    from_attempt: expected.attemptId === undefined ? anyAttempt : (expected.attemptId ?? undefined),
    lease_over: expected.leaseOver ? 1 : 0,
    to_status: to.status,
    due_in_ms: to.dueInMs === null ? undefined : Math.round(to.dueInMs),
    to_attempts: to.attempts,
    to_crashes: to.crashes,
    to_uncertainties: to.uncertainties,
    to_failure_class: failure?.failureClass,
    to_failure_code: failure?.providerCode ?? undefined,
    to_failure_message: failure?.message,
    to_failure_hint: failure?.hint,
    to_provider_message_id: to.providerMessageId ?? undefined,
    to_sent_at: stamps.sentAt?.getTime(),
    to_delivered_at: stamps.deliveredAt?.getTime(),
    to_read_at: stamps.readAt?.getTime(),
    to_acknowledged_at: stamps.acknowledgedAt?.getTime(),
    to_button_id: acknowledgedWith?.id,
    to_button_label: acknowledgedWith?.label,
    to_charge_category: charge?.category,
    to_charge_type: charge?.type ?? undefined,
    to_charge_country: charge?.country ?? undefined,
    replayed: to.replayed ? 1 : undefined,
  };
}
