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
import type { AttemptsTable, NotificationsTable, Tables } from "../schema.js";
import { moveNotifications } from "./move-notifications.js";
import { toNotification } from "./notification-codec.js";
import { findParked, park, unpark } from "./parked-receipts.js";

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
    const { matches } = await match(database, transaction, parked);
    const moved = await applyMatches(database, transaction, matches, reduce);
    await unpark(
      database,
      transaction,
      matches.map(({ receipt }) => receipt),
    );
    return moved;
  });
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
    ${dialect.smallFirst} ${sql.table(tables.notifications)} as n ${dialect.byIndex("primary")} on n.id = w_id
    order by n.id ${dialect.forUpdate}`.execute(transaction);
  return new Map(rows.map((row) => [row.id, toNotification(row)]));
}
