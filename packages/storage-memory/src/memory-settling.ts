import type {
  CancellableRequest,
  Clock,
  Move,
  Notification,
  NotificationStore,
  OverdueNotification,
} from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import {
  isForgotten,
  isOver,
  isUnfinished,
  type NotificationRow,
  toNotification,
} from "./notification-row.js";
import type { NotificationTables } from "./notification-tables.js";

type SettlingVerbs = Pick<NotificationStore<MemoryTransaction>, "settle" | "findCancellable" | "findOverdue">;

export function settlingVerbs(tables: NotificationTables, gate: Gate, clock: Clock): SettlingVerbs {
  return {
    settle: (moves, { transaction } = {}) =>
      gate.run(transaction, (journal) => settle(tables, moves, clock.now(), journal)),
    findCancellable: (request, { transaction } = {}) =>
      gate.run(transaction, () => findCancellable(tables, request)),
    findOverdue: ({ limit }) => gate.run(undefined, () => findOverdue(tables, limit, clock.now())),
  };
}

function settle(
  tables: NotificationTables,
  moves: readonly Move[],
  now: Date,
  journal?: Journal,
): Notification[] {
  return moves.flatMap(({ id, from, transition, intervention }) => {
    const row = tables.notifications.get(id);
    if (!row || !isAs(from, row, now)) return [];
    if (intervention) {
      const { action, reason, by } = intervention;
      const { status: to } = transition;
      tables.addIntervention(
        { notificationId: id, action, from: row.status, to, reason, by, at: now },
        journal,
      );
    }
    return [toNotification(tables.move(row, transition, now, journal))];
  });
}

function findCancellable(tables: NotificationTables, request: CancellableRequest): Notification[] {
  return [...tables.notifications.values()]
    .filter((row) => isUnfinished(row) && isCancellable(row, request))
    .sort((a, b) => compareText(a.id, b.id))
    .slice(0, request.limit)
    .map(toNotification);
}

function findOverdue(tables: NotificationTables, limit: number, now: Date): OverdueNotification[] {
  const overdue = [...tables.notifications.values()].filter((row) => isOverdue(row, now)).slice(0, limit);
  return overdue.map((row) => ({
    notification: toNotification(row),
    leaseToken: row.leaseToken,
    attemptOpen: row.attemptId !== null && tables.attempts.get(row.attemptId)?.endedAt === null,
  }));
}

function isAs(from: Move["from"], row: NotificationRow, now: Date): boolean {
  return (
    row.status === from.status &&
    row.leaseToken === from.leaseToken &&
    row.attemptId === from.attemptId &&
    // Nothing is left of it that could be sent.
    !isForgotten(row) &&
    (!from.leaseOver || isOver(row, now))
  );
}

function isCancellable(row: NotificationRow, request: CancellableRequest): boolean {
  const { cancelKey, channel, userIds, exceptBatchId, afterId } = request;
  return (
    row.cancelKey === cancelKey &&
    (channel === undefined || row.channel === channel) &&
    (userIds === undefined || userIds.includes(row.userId)) &&
    row.batchId !== exceptBatchId &&
    (afterId === undefined || compareText(row.id, afterId) > 0)
  );
}

function isOverdue(row: NotificationRow, now: Date): boolean {
  if (row.status === "sending") return isOver(row, now);
  if (row.status === "uncertain") return row.nextAttemptAt !== null && row.nextAttemptAt <= now;
  return row.status === "pending" && row.expiresAt !== null && row.expiresAt <= now;
}
