import type {
  ChannelReceipt,
  Clock,
  KeptReceipt,
  Notification,
  NotificationStore,
  ParkedRequest,
  ReceiptReducer,
  ReceiptsResult,
} from "@callboard/core/adapter";
import type { Gate } from "./gate.js";
import { toNotification } from "./notification-row.js";
import type { AttemptRow, NotificationTables } from "./notification-tables.js";

type ReceiptVerbs = Pick<NotificationStore, "applyReceipts" | "applyParked" | "forgetParked">;

export function receiptVerbs(tables: NotificationTables, gate: Gate, clock: Clock): ReceiptVerbs {
  return {
    applyReceipts: (receipts, reduce) => gate.run(undefined, () => applyAll(tables, receipts, reduce, clock)),
    applyParked: (request, reduce) => gate.run(undefined, () => applyParked(tables, request, reduce, clock)),
    forgetParked: ({ olderThanMs }) =>
      gate.run(undefined, () => {
        const before = clock.now().getTime() - olderThanMs;
        const old = [...tables.parked.entries()].filter(([, { parkedAt }]) => parkedAt.getTime() < before);
        for (const [key] of old) tables.parked.delete(key);
        return old.length;
      }),
  };
}

function applyAll(
  tables: NotificationTables,
  receipts: readonly ChannelReceipt[],
  reduce: ReceiptReducer,
  clock: Clock,
): ReceiptsResult {
  const moved = new Map<string, Notification>();
  let parked = 0;
  const now = clock.now();
  for (const receipt of receipts) {
    if (!tables.attemptFor(receipt)) {
      parked += park(tables, receipt, now);
      continue;
    }
    const notification = apply(tables, { ...receipt, receivedAt: now }, reduce, now);
    if (notification) moved.set(notification.id, notification);
  }
  return { moved: [...moved.values()], parked };
}

interface Received extends ChannelReceipt {
  readonly receivedAt: Date;
}

/** Returns the notification if it moved. */
function apply(
  tables: NotificationTables,
  { receivedAt, ...receipt }: Received,
  reduce: ReceiptReducer,
  now: Date,
): Notification | null {
  const attempt = tables.attemptFor(receipt);
  const row = attempt && tables.notifications.get(attempt.notificationId);
  if (!attempt || !row) return null;
  const providerMessageId = attempt.providerMessageId ?? receipt.providerMessageId;
  tables.saveAttempt({ ...attempt, providerMessageId });
  tables.keepReceipt(keptReceipt(attempt, receipt, receivedAt));
  const transition = reduce(toNotification(row), { ...receipt, attemptId: attempt.id });
  return transition === null ? null : toNotification(tables.move(row, transition, now));
}

function keptReceipt(
  { id, notificationId }: AttemptRow,
  { status, occurredAt, failure, button = null }: ChannelReceipt,
  receivedAt: Date,
): KeptReceipt {
  const { providerCode = null, message = null } = failure ?? {};
  return { notificationId, attemptId: id, status, occurredAt, receivedAt, providerCode, message, button };
}

function park(tables: NotificationTables, receipt: ChannelReceipt, now: Date): number {
  const key = JSON.stringify([receipt.channel, receipt.providerMessageId, receipt.status]);
  if (tables.parked.get(key)) return 0;
  tables.parked.set(key, { ...receipt, parkedAt: now });
  return 1;
}

function applyParked(
  tables: NotificationTables,
  { providerMessageIds, limit }: ParkedRequest,
  reduce: ReceiptReducer,
  clock: Clock,
): Notification[] {
  const wanted = providerMessageIds && new Set(providerMessageIds);
  const moved = new Map<string, Notification>();
  const matching = [...tables.parked.entries()]
    .filter(([, receipt]) => (!wanted || wanted.has(receipt.providerMessageId)) && tables.attemptFor(receipt))
    .slice(0, limit);
  for (const [key, { parkedAt, ...receipt }] of matching) {
    const notification = apply(tables, { ...receipt, receivedAt: parkedAt }, reduce, clock.now());
    if (notification) moved.set(notification.id, notification);
    tables.parked.delete(key);
  }
  return [...moved.values()];
}
