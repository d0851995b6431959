import type { ChannelReceipt, Charge, Failure, PressedButton } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { ParkedReceiptsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";

/*
 * Receipts whose message nobody knows yet.
 */

export interface ReceivedReceipt {
  readonly receipt: ChannelReceipt;
  /** When it came, if that was before now. */
  readonly parkedAt: number | null;
}

const parkedKey = ["channel", "provider_message_id", "status"] as const;

/** Returns how many of them were not parked before. */
export async function park(
  database: Database,
  transaction: Kysely<Tables>,
  receipts: readonly ChannelReceipt[],
): Promise<number> {
  if (receipts.length === 0) return 0;
  const { tables, sql: dialect } = database;
  const before = await countParked(database, transaction, receipts);
  const parkedAt = await timeOf(database, transaction);
  await insertRows(database, transaction, {
    table: tables.parkedReceipts,
    columns: {
      channel: ["text", ({ channel }) => channel],
      provider_message_id: ["text", ({ providerMessageId }) => providerMessageId],
      status: ["text", ({ status }) => status],
      attempt_id: ["text", ({ attemptId }) => attemptId],
      occurred_at: ["integer", ({ occurredAt }) => occurredAt.getTime()],
      failure: ["text", ({ failure }) => toJson(failure)],
      button: ["text", ({ button }) => toJson(button)],
      charge: ["text", ({ charge }) => toJson(charge)],
      parked_at: ["integer", () => parkedAt],
    },
    items: receipts,
    whenTaken: dialect.skipTaken(tables.parkedReceipts, parkedKey),
  });
  return (await countParked(database, transaction, receipts)) - before;
}

async function countParked(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  receipts: readonly ChannelReceipt[],
): Promise<number> {
  const keys = new Map(
    receipts.map(({ channel, providerMessageId, status }) => [
      JSON.stringify([channel, providerMessageId, status]),
      { k_channel: channel, k_message: providerMessageId, k_status: status },
    ]),
  );
  const wanted = dialect.jsonRows([...keys.values()], {
    k_channel: "text",
    k_message: "text",
    k_status: "text",
  });
  const { rows } = await sql<{ parked: number | string }>`
    select count(*) as parked from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(tables.parkedReceipts)} as p
      on p.channel = k_channel and p.provider_message_id = k_message and p.status = k_status`.execute(
    transaction,
  );
  return Number(rows[0]?.parked ?? 0);
}

export async function unpark(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  receipts: readonly ChannelReceipt[],
): Promise<void> {
  const rows = dialect.jsonRows(
    receipts.map(({ channel, providerMessageId, status }) => ({
      u_channel: channel,
      u_message: providerMessageId,
      u_status: status,
    })),
    { u_channel: "text", u_message: "text", u_status: "text" },
  );
  const match = { channel: "u_channel", provider_message_id: "u_message", status: "u_status" };
  await dialect.deleteUsing({ table: tables.parkedReceipts, rows, match }).execute(transaction);
}

/** Only those that match by now: receipts of other people's messages would fill the limit for ever. */
export async function findParked(
  { tables }: Database,
  executor: Kysely<Tables>,
  providerMessageIds: readonly string[] | undefined,
  limit: number,
): Promise<ReceivedReceipt[]> {
  const wanted = providerMessageIds
    ? sql`and p.provider_message_id in (${sql.join(providerMessageIds)})`
    : sql``;
  // Two questions, because an index answers each of them, and none an "or" of both.
  const attempt = sql`select 1 from ${sql.table(tables.attempts)} as a where a.channel = p.channel`;
  const { rows } = await sql<ParkedReceiptsTable>`
    select p.* from ${sql.table(tables.parkedReceipts)} as p
    where (exists (${attempt} and a.provider_message_id = p.provider_message_id)
      or exists (${attempt} and a.id = p.attempt_id))
    ${wanted} order by p.occurred_at limit ${limit}`.execute(executor);
  return rows.map((row) => ({ receipt: toReceipt(row), parkedAt: Number(row.parked_at) }));
}

export async function forgetParked(database: Database, olderThanMs: number): Promise<number> {
  const { numDeletedRows } = await database
    .on()
    .deleteFrom(database.tables.parkedReceipts)
    .where("parked_at", "<", sql<number>`${database.sql.now()} - ${olderThanMs}`)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

function toReceipt(row: ParkedReceiptsTable): ChannelReceipt {
  return {
    channel: row.channel,
    providerMessageId: row.provider_message_id,
    attemptId: row.attempt_id,
    status: row.status as ChannelReceipt["status"],
    occurredAt: new Date(Number(row.occurred_at)),
    failure: fromJson<Failure>(row.failure),
    button: fromJson<PressedButton>(row.button),
    charge: fromJson<Charge>(row.charge),
  };
}

function toJson(value: object | null | undefined): string | null {
  return value ? JSON.stringify(value) : null;
}

function fromJson<Value>(text: string | null): Value | null {
  return text === null ? null : JSON.parse(text);
}
