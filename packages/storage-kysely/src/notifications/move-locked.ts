import { applyTransition, type Notification, type Transition } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { toMs } from "../codec.js";
import type { Database } from "../database.js";
import type { JsonColumnType } from "../json-rows.js";
import type { NotificationsTable, Tables } from "../schema.js";

type Column = readonly [JsonColumnType, (notification: Notification) => string | number | null];

/** What a step can change, as it is stored. */
const columns: Partial<Record<keyof NotificationsTable, Column>> = {
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
 * core's own rule says what to write; only columns that change travel.
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
  const changing = Object.entries(columns).filter(([, [, read]]) =>
    changes.some(({ before, after }) => read(before) !== read(after)),
  );
  const rows = changes.map(({ after }) => ({
    m_id: after.id,
    ...Object.fromEntries(changing.map(([name, [, read]]) => [`m_${name}`, read(after) ?? undefined])),
  }));
  const types = Object.fromEntries(changing.map(([name, [type]]) => [`m_${name}`, type]));
  const values = changing.map(([name]) => sql`${sql.id(name)} = ${sql.id(`m_${name}`)}`);
  await dialect
    .updateFrom({
      table: tables.notifications,
      as: "t",
      rows: dialect.jsonRows(rows, { m_id: "text", ...types }),
      on: sql`t.id = m_id`,
      set: sql.join([...values, sql`lease_token = null, lease_until = null`]),
    })
    .execute(transaction);
  return changes.map(({ after }) => after);
}
