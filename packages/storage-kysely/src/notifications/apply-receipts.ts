import {
  applyTransition,
  type ChannelReceipt,
  type Notification,
  type ParkedRequest,
  type ReceiptReducer,
  type ReceiptsResult,
  type Transition,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { NotificationsTable, Tables } from "../schema.js";
import { timeOf } from "../time-of.js";
import { keepReceipts } from "./kept-receipts.js";
import { matchReceipts, type ReceiptMatch } from "./match-receipts.js";
import { moveLocked } from "./move-locked.js";
import { toNotification } from "./notification-codec.js";
import { findParked, park, unpark } from "./parked-receipts.js";

export async function applyReceipts(
  database: Database,
  receipts: readonly ChannelReceipt[],
  reduce: ReceiptReducer,
): Promise<ReceiptsResult> {
  if (receipts.length === 0) return { moved: [], parked: 0 };
  return database.transaction(async (transaction) => {
    const received = receipts.map((receipt) => ({ receipt, parkedAt: null }));
    const { matches, unmatched } = await matchReceipts(database, transaction, received);
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
    const { matches } = await matchReceipts(database, transaction, parked);
    const moved = await applyMatches(database, transaction, matches, reduce);
    await unpark(
      database,
      transaction,
      matches.map(({ receipt }) => receipt),
    );
    return moved;
  });
}

async function applyMatches(
  database: Database,
  transaction: Kysely<Tables>,
  matches: readonly ReceiptMatch[],
  reduce: ReceiptReducer,
): Promise<Notification[]> {
  if (matches.length === 0) return [];
  const notifications = await lock(database, transaction, matches);
  const known = matches.filter(({ attempt }) => notifications.has(attempt.notificationId));
  const now = await timeOf(database, transaction);
  await learnMessageIds(database, transaction, known);
  await keepReceipts(database, transaction, known, now);
  const steps = stepsOf(known, notifications, reduce);
  return moveLocked(database, transaction, notifications, { steps, now: new Date(now) });
}

/** In the order given; of several receipts about one notification each sees what those before it did. */
function stepsOf(
  matches: readonly ReceiptMatch[],
  locked: ReadonlyMap<string, Notification>,
  reduce: ReceiptReducer,
): Map<string, Transition> {
  const current = new Map(locked);
  const steps = new Map<string, Transition>();
  for (const { receipt, attempt } of matches) {
    const notification = current.get(attempt.notificationId);
    const transition = notification && reduce(notification, { ...receipt, attemptId: attempt.id });
    if (!notification || !transition) continue;
    const before = steps.get(notification.id);
    steps.set(notification.id, before ? inOneStep(before, transition) : transition);
    // When it was entered does not matter for the next.
    current.set(notification.id, applyTransition(notification, transition, receipt.occurredAt));
  }
  return steps;
}

/** Several receipts of one batch may be about one notification; the row is written once. */
function inOneStep(first: Transition, second: Transition): Transition {
  return {
    ...second,
    providerMessageId: second.providerMessageId ?? first.providerMessageId,
    stamps: { ...second.stamps, ...first.stamps },
    acknowledgedWith: first.acknowledgedWith ?? second.acknowledgedWith,
    charge: first.charge ?? second.charge,
  };
}

/** An attempt whose answer was lost learns its message id from the receipt, so that later receipts match by it. */
async function learnMessageIds(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  matches: readonly ReceiptMatch[],
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

/** In the order of ids, so that two transactions never wait for each other. Without what was forgotten meanwhile. */
async function lock(
  { tables, sql: dialect }: Database,
  transaction: Kysely<Tables>,
  matches: readonly ReceiptMatch[],
) {
  const ids = new Set(matches.map(({ attempt }) => attempt.notificationId));
  const wanted = dialect.jsonRows(
    [...ids].toSorted().map((id) => ({ w_id: id })),
    { w_id: "text" },
  );
  const { rows } = await sql<NotificationsTable>`
    select n.* from ${wanted} as wanted
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n ${dialect.byIndex("primary")} on n.id = w_id
    where n.content_hash <> '' order by n.id ${dialect.forUpdate}`.execute(transaction);
  return new Map(rows.map((row) => [row.id, toNotification(row)]));
}
