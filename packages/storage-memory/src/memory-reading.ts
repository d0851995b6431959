import type { Attempt, NotificationStatus, NotificationStore, PageRequest } from "@callboard/core/adapter";
import type { Gate } from "./gate.js";
import { type NotificationRow, toNotification } from "./notification-row.js";
import type { NotificationTables } from "./notification-tables.js";

type ReadingVerbs = Pick<NotificationStore, "getMany" | "attemptsOf" | "page" | "countByStatus">;

export function readingVerbs(tables: NotificationTables, gate: Gate): ReadingVerbs {
  const { notifications } = tables;
  return {
    getMany: (ids) =>
      gate.run(undefined, () =>
        [...new Set(ids)].flatMap((id) => notifications.get(id) ?? []).map(toNotification),
      ),
    attemptsOf: (ids) =>
      gate.run(undefined, () =>
        ids
          .flatMap((id) => tables.attemptsOf.get(id) ?? [])
          .flatMap((id) => tables.attempts.get(id) ?? [])
          .map(({ channel, ...attempt }): Attempt => attempt),
      ),
    page: (request) => gate.run(undefined, () => page(tables, request)),
    countByStatus: ({ since }) =>
      gate.run(undefined, () => {
        const counts: Partial<Record<NotificationStatus, number>> = {};
        for (const { status, createdAt } of notifications.values()) {
          if (createdAt >= since) counts[status] = (counts[status] ?? 0) + 1;
        }
        return counts;
      }),
  };
}

function page({ notifications }: NotificationTables, request: PageRequest) {
  const { limit, after } = request;
  const newestFirst = [...notifications.values()]
    .filter((row) => fits(row, request))
    .sort((a, b) => compare(b, a));
  const cursor = after === undefined ? undefined : notifications.get(after);
  const rest = cursor ? newestFirst.filter((row) => compare(row, cursor) < 0) : newestFirst;
  const rows = rest.slice(0, limit);
  return {
    notifications: rows.map(toNotification),
    next: rest.length > limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

function fits(row: NotificationRow, { status, userId, template, batchId }: PageRequest): boolean {
  return (
    (status === undefined || row.status === status) &&
    (userId === undefined || row.userId === userId) &&
    (template === undefined || row.template === template) &&
    (batchId === undefined || row.batchId === batchId)
  );
}

function compare(a: NotificationRow, b: NotificationRow): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
