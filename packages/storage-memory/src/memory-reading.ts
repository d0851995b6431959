import type {
  Attempt,
  ChargeCount,
  KeptReceipt,
  NotificationCount,
  NotificationPage,
  NotificationStore,
  PageRequest,
  Period,
} from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import { type NotificationRow, toNotification } from "./notification-row.js";
import type { NotificationTables } from "./notification-tables.js";
import { compareAge, readCursor, writeCursor } from "./row-cursor.js";

type ReadingVerbs = Pick<
  NotificationStore<MemoryTransaction>,
  "getMany" | "attemptsOf" | "receiptsOf" | "interventionsOf" | "page" | "count" | "countCharges"
>;

export function readingVerbs(tables: NotificationTables, gate: Gate): ReadingVerbs {
  const { notifications } = tables;
  return {
    getMany: (ids, { transaction } = {}) =>
      gate.run(transaction, () =>
        [...new Set(ids)].flatMap((id) => notifications.get(id) ?? []).map(toNotification),
      ),
    attemptsOf: (ids) =>
      gate.run(undefined, () =>
        ids.flatMap((id) => tables.attemptRowsOf(id)).map(({ channel, ...attempt }): Attempt => attempt),
      ),
    receiptsOf: (ids) => gate.run(undefined, () => ids.flatMap((id) => receiptsOf(tables, id))),
    interventionsOf: (ids) =>
      gate.run(undefined, () => ids.flatMap((id) => copyOf(tables.interventionsOf.get(id)) ?? [])),
    page: (request) => gate.run(undefined, () => page(tables, request)),
    count: (period) => gate.run(undefined, () => count(tables, period)),
    countCharges: (period) => gate.run(undefined, () => countCharges(tables, period)),
  };
}

/** A receipt that was parked came before it was matched. */
function receiptsOf(tables: NotificationTables, id: string): KeptReceipt[] {
  const receipts = copyOf(tables.receiptsOf.get(id)) ?? [];
  return receipts.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

function page({ notifications }: NotificationTables, request: PageRequest): NotificationPage {
  const { limit, after } = request;
  const place = after === undefined ? null : readCursor("page", after);
  const newestFirst = [...notifications.values()]
    .filter((row) => fits(row, request) && (place === null || compareAge(row, place) < 0))
    .sort((a, b) => compareAge(b, a));
  const rows = newestFirst.slice(0, limit);
  const last = rows.at(-1);
  return {
    notifications: rows.map(toNotification),
    next: last && newestFirst.length > limit ? writeCursor(last) : null,
  };
}

function fits(row: NotificationRow, request: PageRequest): boolean {
  const { status, userId, groupName, template, channel, batchId, relatedContactId, idempotencyKey } = request;
  return (
    (status === undefined || row.status === status) &&
    (userId === undefined || row.userId === userId) &&
    (groupName === undefined || row.groupNames.includes(groupName)) &&
    (template === undefined || row.template === template) &&
    (channel === undefined || row.channel === channel) &&
    (batchId === undefined || row.batchId === batchId) &&
    (relatedContactId === undefined || row.relatedContact?.id === relatedContactId) &&
    (idempotencyKey === undefined || row.idempotencyKey === idempotencyKey) &&
    isWithin(row, request)
  );
}

function count({ notifications }: NotificationTables, period: Period): NotificationCount[] {
  const counts = new Map<string, NotificationCount>();
  for (const row of notifications.values()) {
    if (!isWithin(row, period)) continue;
    const { status, template, channel, failure } = row;
    const { failureClass = null, providerCode = null } = failure ?? {};
    const key = JSON.stringify([status, template, channel, failureClass, providerCode]);
    const before = counts.get(key)?.count ?? 0;
    counts.set(key, { status, template, channel, failureClass, providerCode, count: before + 1 });
  }
  return [...counts.values()];
}

function countCharges({ notifications }: NotificationTables, period: Period): ChargeCount[] {
  const counts = new Map<string, ChargeCount>();
  for (const row of notifications.values()) {
    const { channel, template, charge } = row;
    if (charge === null || !isWithin(row, period)) continue;
    const key = JSON.stringify([channel, template, charge.category, charge.type, charge.country]);
    const before = counts.get(key)?.count ?? 0;
    counts.set(key, { channel, template, charge: copyOf(charge), count: before + 1 });
  }
  return [...counts.values()];
}

function isWithin({ createdAt }: NotificationRow, { from, until }: Partial<Period>): boolean {
  return (from === undefined || createdAt >= from) && (until === undefined || createdAt < until);
}
