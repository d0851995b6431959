import type { Receipt } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "../codec.js";
import type { Database } from "../database.js";
import type { AttemptsTable, Tables } from "../schema.js";
import { bareName } from "../table-names.js";

const rowsPerStatement = 1_000;

/** What is left of a message whose person is forgotten. */
const emptyContent = JSON.stringify({ text: "", variables: null, buttons: [], channel: null });

/** Blanks what was sent to a person, and where; returns how many rows they had. */
export async function forgetNotifications(
  database: Database,
  executor: Kysely<Tables>,
  { userId, pseudonym }: { readonly userId: string; readonly pseudonym: string },
): Promise<number> {
  const { tables, sql: dialect } = database;
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(tables.notifications)}
    ${dialect.byIndex(`${bareName(tables.notifications)}_user`)} where user_id = ${userId}
    order by id ${dialect.forUpdate}`.execute(executor);
  for (const chunk of chunks(rows, rowsPerStatement)) {
    const ids = dialect.jsonRows(
      chunk.map(({ id }) => ({ f_id: id })),
      { f_id: "text" },
    );
    await forgetAttempts(database, executor, ids);
    await forgetStory(database, executor, ids);
    await blank(database, ids, pseudonym).execute(executor);
  }
  await executor.deleteFrom(tables.skipped).where("user_id", "=", userId).execute();
  return rows.length;
}

const parkedStatuses: readonly Receipt["status"][] = ["sent", "delivered", "read", "acknowledged", "failed"];

type Ids = ReturnType<Database["sql"]["jsonRows"]>;

/** The provider's ids go too: WhatsApp's hold the phone number. Whatever is under way finds no attempt to write to. */
async function forgetAttempts(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  ids: Ids,
): Promise<void> {
  const { rows: attempts } = await sql<
    Pick<AttemptsTable, "id" | "channel" | "ended_at" | "provider_message_id">
  >`
    select a.id, a.channel, a.ended_at, a.provider_message_id from ${ids} as ids
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a on a.notification_id = f_id`.execute(executor);
  const rowsOf = (some: typeof attempts) =>
    dialect.jsonRows(
      some.map(({ id, channel, provider_message_id: message }) => ({
        f_id: id,
        f_channel: channel,
        f_message: message,
      })),
      { f_id: "text", f_channel: "text", f_message: "text" },
    );
  const open = attempts.filter(({ ended_at: endedAt }) => endedAt === null);
  await dialect
    .deleteUsing({ table: tables.attempts, rows: rowsOf(open), match: { id: "f_id" } })
    .execute(executor);
  await dialect
    .updateFrom({
      table: tables.attempts,
      as: "a",
      rows: rowsOf(attempts),
      on: sql`a.id = f_id`,
      // Receipts are matched within a channel: without one, none is found any more.
      set: sql`provider_message_id = null, message = null, channel = ''`,
    })
    .execute(executor);
  for (const status of parkedStatuses) {
    const parked = dialect.jsonRows(
      attempts
        .filter(({ provider_message_id: message }) => message !== null)
        .map(({ channel, provider_message_id: message }) => ({
          f_channel: channel,
          f_message: message,
          f_status: status,
        })),
      { f_channel: "text", f_message: "text", f_status: "text" },
    );
    const match = { channel: "f_channel", provider_message_id: "f_message", status: "f_status" };
    await dialect.deleteUsing({ table: tables.parkedReceipts, rows: parked, match }).execute(executor);
  }
}

/** What the provider said of it, and why whoever intervened did so. */
async function forgetStory(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  rows: Ids,
): Promise<void> {
  await dialect
    .updateFrom({
      table: tables.receipts,
      as: "r",
      rows,
      on: sql`r.notification_id = f_id`,
      set: sql`message = null`,
    })
    .execute(executor);
  await dialect
    .updateFrom({
      table: tables.interventions,
      as: "i",
      rows,
      on: sql`i.notification_id = f_id`,
      set: sql`reason = ''`,
    })
    .execute(executor);
}

function blank({ tables, sql: dialect }: Database, ids: Ids, pseudonym: string) {
  const unfinished = sql`status in ('pending', 'sending', 'uncertain')`;
  return dialect.updateFrom({
    table: tables.notifications,
    as: "n",
    rows: ids,
    on: sql`n.id = f_id`,
    // The status last: where columns are set one after the other, those before it still see the old one.
    set: sql`user_id = ${pseudonym}, address = '', content = ${emptyContent}, content_hash = '',
      metadata = null, provider_message_id = null,
      failure_message = case when failure_class is null then null else '' end,
      failure_hint = case when failure_class is null then null else '' end,
      lease_token = null, lease_until = null, next_attempt_at = null,
      cancelled_at = case when ${unfinished} then ${dialect.now()} else cancelled_at end,
      status = case when ${unfinished} then 'cancelled' else status end`,
  });
}
