import {
  applyTransition,
  type ChannelReceipt,
  type Failure,
  type Notification,
  type ParkedRequest,
  type ReceiptReducer,
  type ReceiptsResult,
  type Transition,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import type { AttemptsTable, NotificationsTable, ParkedReceiptsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { moveNotifications } from "./move-notifications.js";
import { toNotification } from "./notification-codec.js";

/** A receipt and the attempt that it is about. */
interface Match {
  readonly receipt: ChannelReceipt;
  readonly attempt: {
    readonly id: string;
    readonly notificationId: string;
    readonly providerMessageId: string | null;
  };
}

export async function applyReceipts(
  database: Database,
  receipts: readonly ChannelReceipt[],
  reduce: ReceiptReducer,
): Promise<ReceiptsResult> {
  if (receipts.length === 0) return { moved: [], parked: 0 };
  return database.transaction(async (transaction) => {
    const { matches, unmatched } = await match(database, transaction, receipts);
    const moved = await applyMatches(database, transaction, matches, reduce);
    const parked = await park(database, transaction, unmatched);
    return { moved, parked };
  });
}

export async function applyParked(
  database: Database,
  { providerMessageIds, limit }: ParkedRequest,
  reduce: ReceiptReducer,
): Promise<Notification[]> {
  if (providerMessageIds?.length === 0) return [];
  // Nearly always nothing is parked: find that out without a transaction.
  const candidates = await findParked(database, database.on(), providerMessageIds, limit);
  if (candidates.length === 0) return [];
  return database.transaction(async (transaction) => {
    const parked = await findParked(database, transaction, providerMessageIds, limit);
    const { matches } = await match(database, transaction, parked.map(toReceipt));
    const moved = await applyMatches(database, transaction, matches, reduce);
    await unpark(database, transaction, matches);
    return moved;
  });
}

export async function forgetParked(database: Database, olderThanMs: number): Promise<number> {
  const { numDeletedRows } = await database
    .on()
    .deleteFrom(database.tables.parkedReceipts)
    .where("parked_at", "<", sql<number>`${database.sql.now()} - ${olderThanMs}`)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Only those that match by now: receipts of other people's messages would fill the limit for ever. */
async function findParked(
  { tables }: Database,
  executor: Kysely<Tables>,
  providerMessageIds: readonly string[] | undefined,
  limit: number,
): Promise<ParkedReceiptsTable[]> {
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
  return rows;
}

async function match(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  receipts: readonly ChannelReceipt[],
) {
  const wanted = dialect.jsonRows(
    receipts.map(({ channel, attemptId, providerMessageId }, index) => ({
      r_index: index,
      r_channel: channel,
      r_attempt: attemptId,
      r_message: providerMessageId,
    })),
    { r_index: "integer", r_channel: "text", r_attempt: "text", r_message: "text" },
  );
  const { rows } = await sql<
    Pick<AttemptsTable, "id" | "notification_id" | "provider_message_id"> & { r_index: number }
  >`
    select r_index, a.id, a.notification_id, a.provider_message_id, 1 as by_id from ${wanted} as r
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a on a.id = r_attempt and a.channel = r_channel
    union all
    select r_index, a.id, a.notification_id, a.provider_message_id, 0 as by_id from ${wanted} as r
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a on a.provider_message_id = r_message and a.channel = r_channel
    order by by_id`.execute(executor);
  // The attempt's own id comes last, and wins.
  const attempts = new Map(
    rows.map(
      ({ r_index: index, id, notification_id: notificationId, provider_message_id: providerMessageId }) => [
        Number(index),
        { id, notificationId, providerMessageId },
      ],
    ),
  );
  const matches: Match[] = [];
  const unmatched: ChannelReceipt[] = [];
  receipts.forEach((receipt, index) => {
    const attempt = attempts.get(index);
    if (attempt) matches.push({ receipt, attempt });
    else unmatched.push(receipt);
  });
  return { matches, unmatched };
}

async function applyMatches(
  database: Database,
  transaction: Kysely<Tables>,
  matches: readonly Match[],
  reduce: ReceiptReducer,
): Promise<Notification[]> {
  if (matches.length === 0) return [];
  await learnMessageIds(database, transaction, matches);
  const notifications = await lock(database, transaction, matches);
  const steps = new Map<string, Transition>();
  for (const { receipt, attempt } of matches) {
    const notification = notifications.get(attempt.notificationId);
    const transition = notification && reduce(notification, { ...receipt, attemptId: attempt.id });
    if (!notification || !transition) continue;
    const before = steps.get(notification.id);
    steps.set(notification.id, before ? inOneStep(before, transition) : transition);
    // The next receipt of this batch sees what this one did; only its status and stamps matter for that.
    notifications.set(notification.id, applyTransition(notification, transition, receipt.occurredAt));
  }
  return moveNotifications(
    database,
    transaction,
    [...steps].map(([id, transition]) => ({ id, transition, expected: null })),
  );
}

/** Several receipts of one batch may be about one notification; the row is written once. */
function inOneStep(first: Transition, second: Transition): Transition {
  return {
    ...second,
    providerMessageId: second.providerMessageId ?? first.providerMessageId,
    stamps: { ...first.stamps, ...second.stamps },
  };
}

/** An attempt whose answer was lost learns its message id from the receipt, so that later receipts match by it. */
async function learnMessageIds(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  matches: readonly Match[],
): Promise<void> {
  const unknowing = matches.filter(({ attempt }) => attempt.providerMessageId === null);
  if (unknowing.length === 0) return;
  const learnt = dialect.jsonRows(
    unknowing.map(({ receipt, attempt }) => ({ l_id: attempt.id, l_message: receipt.providerMessageId })),
    { l_id: "text", l_message: "text" },
  );
  const update = dialect.updateFrom({
    table: tables.attempts,
    as: "a",
    rows: learnt,
    on: sql`a.id = l_id and a.provider_message_id is null`,
    set: sql`provider_message_id = l_message`,
  });
  await update.execute(transaction);
}

/** In the order of ids, so that two transactions never wait for each other. */
async function lock(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  matches: readonly Match[],
) {
  const ids = new Set(matches.map(({ attempt }) => attempt.notificationId));
  const wanted = dialect.jsonRows(
    [...ids].toSorted().map((id) => ({ w_id: id })),
    { w_id: "text" },
  );
  const { rows } = await sql<NotificationsTable>`
    select n.* from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n on n.id = w_id
    order by n.id ${dialect.forUpdate}`.execute(transaction);
  return new Map(rows.map((row) => [row.id, toNotification(row)]));
}

async function unpark(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  matches: readonly Match[],
): Promise<void> {
  const rows = dialect.jsonRows(
    matches.map(({ receipt }) => ({
      u_channel: receipt.channel,
      u_message: receipt.providerMessageId,
      u_status: receipt.status,
    })),
    { u_channel: "text", u_message: "text", u_status: "text" },
  );
  const match = { channel: "u_channel", provider_message_id: "u_message", status: "u_status" };
  await dialect.deleteUsing({ table: tables.parkedReceipts, rows, match }).execute(transaction);
}

const parkedKey = ["channel", "provider_message_id", "status"] as const;

/** Returns how many of them were not parked before. */
async function park(
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
      failure: ["text", ({ failure }) => (failure === null ? null : JSON.stringify(failure))],
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

function toReceipt(row: ParkedReceiptsTable): ChannelReceipt {
  return {
    channel: row.channel,
    providerMessageId: row.provider_message_id,
    attemptId: row.attempt_id,
    status: row.status as ChannelReceipt["status"],
    occurredAt: new Date(Number(row.occurred_at)),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
  };
}
