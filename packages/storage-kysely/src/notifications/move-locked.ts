import { applyTransition, type Notification, type Transition } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { toMs } from "../codec.js";
import type { Database } from "../database.js";
import type { DialectSql } from "../dialects/dialect.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { type ItemColumns, splitColumns } from "../varying-columns.js";

/** What a step can change, as it is stored. */
const columns: Partial<Record<keyof NotificationsTable, ItemColumns<Notification>[string]>> = {
  status: ["text", ({ status }) => status],
  attempts: ["integer", ({ attempts }) => attempts],
  crashes: ["integer", ({ crashes }) => crashes],
  uncertainties: ["integer", ({ uncertainties }) => uncertainties],
  failure_class: ["text", ({ failure }) => failure?.failureClass ?? null],
  failure_code: ["text", ({ failure }) => failure?.providerCode ?? null],
  failure_message: ["text", ({ failure }) => failure?.message ?? null],
  failure_hint: ["text", ({ failure }) => failure?.hint ?? null],
  provider_message_id: ["text", ({ providerMessageId }) => providerMessageId],
  next_attempt_at: ["integer", ({ nextAttemptAt }) => toMs(nextAttemptAt)],
  sent_at: ["integer", ({ sentAt }) => toMs(sentAt)],
  delivered_at: ["integer", ({ deliveredAt }) => toMs(deliveredAt)],
  read_at: ["integer", ({ readAt }) => toMs(readAt)],
  acknowledged_at: ["integer", ({ acknowledgedAt }) => toMs(acknowledgedAt)],
  acknowledged_button_id: ["text", ({ acknowledgedWith }) => acknowledgedWith?.id ?? null],
  acknowledged_button_label: ["text", ({ acknowledgedWith }) => acknowledgedWith?.label ?? null],
  charge_category: ["text", ({ charge }) => charge?.category ?? null],
  charge_type: ["text", ({ charge }) => charge?.type ?? null],
  charge_country: ["text", ({ charge }) => charge?.country ?? null],
  failed_at: ["integer", ({ failedAt }) => toMs(failedAt)],
  uncertain_at: ["integer", ({ uncertainAt }) => toMs(uncertainAt)],
  cancelled_at: ["integer", ({ cancelledAt }) => toMs(cancelledAt)],
  expired_at: ["integer", ({ expiredAt }) => toMs(expiredAt)],
  replayed_at: ["integer", ({ replayedAt }) => toMs(replayedAt)],
};

interface Change {
  readonly before: Notification;
  readonly after: Notification;
}

/**
 * Moves rows that this transaction has locked, at `now`, and says how they are then. Nobody else can change them, so that
 * core's own rule says what to write; only columns that change travel, and once what changes alike.
 */
export async function moveLocked(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  locked: ReadonlyMap<string, Notification>,
  { steps, now }: { readonly steps: ReadonlyMap<string, Transition>; readonly now: Date },
): Promise<Notification[]> {
  const changes = [...steps].flatMap(([id, transition]): Change[] => {
    const before = locked.get(id);
    return before ? [{ before, after: applyTransition(before, transition, now) }] : [];
  });
  if (changes.length === 0) return [];
  const { values, rows } = assignments(dialect, changes);
  await dialect
    .updateFrom({
      table: tables.notifications,
      as: "t",
      rows,
      on: sql`t.id = m_id`,
      set: sql.join([...values, sql`lease_token = null, lease_until = null`]),
    })
    .execute(transaction);
  return changes.map(({ after }) => after);
}

/** Of the columns that change, and the rows that hold what differs. */
function assignments(dialect: DialectSql, changes: readonly Change[]) {
  const changing = Object.entries(columns).filter(([, [, read]]) =>
    changes.some(({ before, after }) => read(before) !== read(after)),
  );
  const named = Object.fromEntries(changing.map(([name, column]) => [`m_${name}`, column]));
  const { common, rows, types } = splitColumns<Notification>(
    { m_id: ["text", ({ id }) => id], ...named },
    changes.map(({ after }) => after),
  );
  const values = changing.map(([name]) => {
    const value = common.get(`m_${name}`);
    return sql`${sql.id(name)} = ${value === undefined ? sql.id(`m_${name}`) : value}`;
  });
  return { values, rows: dialect.jsonRows(rows, types) };
}
