import {
  type Attempt,
  InvalidOptionsError,
  type Notification,
  type NotificationPage,
  type NotificationStatus,
  type PageRequest,
} from "@callboard/core/adapter";
import { sql } from "kysely";
import { chunks, toDate } from "../codec.js";
import type { Database } from "../database.js";
import { toNotification } from "./notification-codec.js";

/** Ids in one `in (…)`. */
const idsPerStatement = 1_000;

export async function getMany(database: Database, ids: readonly string[]): Promise<Notification[]> {
  const found: Notification[] = [];
  for (const chunk of chunks([...new Set(ids)], idsPerStatement)) {
    const rows = await database
      .on()
      .selectFrom(database.tables.notifications)
      .selectAll()
      .where("id", "in", chunk)
      .execute();
    found.push(...rows.map(toNotification));
  }
  return found;
}

export async function attemptsOf(database: Database, notificationIds: readonly string[]): Promise<Attempt[]> {
  const found: Attempt[] = [];
  for (const chunk of chunks([...new Set(notificationIds)], idsPerStatement)) {
    const rows = await database
      .on()
      .selectFrom(database.tables.attempts)
      .selectAll()
      .where("notification_id", "in", chunk)
      .orderBy("started_at")
      .orderBy("id")
      .execute();
    found.push(
      ...rows.map((row) => ({
        id: row.id,
        notificationId: row.notification_id,
        startedAt: new Date(Number(row.started_at)),
        endedAt: toDate(row.ended_at),
        outcome: row.outcome as Attempt["outcome"],
        providerMessageId: row.provider_message_id,
        providerCode: row.provider_code,
        message: row.message,
        durationMs: row.duration_ms,
      })),
    );
  }
  return found;
}

/** By key, not by offset: the thousandth page costs what the first does. */
export async function page(database: Database, request: PageRequest): Promise<NotificationPage> {
  const { limit, after, status, userId, template, batchId } = request;
  let query = database
    .on()
    .selectFrom(database.tables.notifications)
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (status !== undefined) query = query.where("status", "=", status);
  if (userId !== undefined) query = query.where("user_id", "=", userId);
  if (template !== undefined) query = query.where("template", "=", template);
  if (batchId !== undefined) query = query.where("batch_id", "=", batchId);
  if (after !== undefined) {
    const { createdAt, id } = readCursor(after);
    query = query.where((where) =>
      where.or([
        where("created_at", "<", createdAt),
        where.and([where("created_at", "=", createdAt), where("id", "<", id)]),
      ]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    notifications: shown.map(toNotification),
    next: rows.length > limit && last ? `${Number(last.created_at)}.${last.id}` : null,
  };
}

const statuses = [
  "pending",
  "sending",
  "uncertain",
  "sent",
  "delivered",
  "read",
  "failed",
  "cancelled",
  "expired",
] as const satisfies readonly NotificationStatus[];

/** Sums instead of groups: a group by the status makes databases read the index on the status, all of it. */
export async function countByStatus(
  database: Database,
  since: Date,
): Promise<Partial<Record<NotificationStatus, number>>> {
  const sums = statuses.map((status) =>
    sql<number | string | null>`sum(case when status = ${sql.lit(status)} then 1 else 0 end)`.as(status),
  );
  const counts = await database
    .on()
    .selectFrom(database.tables.notifications)
    .select(sums)
    .where("created_at", ">=", since.getTime())
    .executeTakeFirstOrThrow();
  const present = statuses.map((status) => [status, Number(counts[status] ?? 0)] as const);
  return Object.fromEntries(present.filter(([, count]) => count > 0));
}

function readCursor(cursor: string): { createdAt: number; id: string } {
  const [, createdAt, id] = /^(\d{1,16})\.(.{1,64})$/.exec(cursor) ?? [];
  if (createdAt === undefined || id === undefined) {
    throw new InvalidOptionsError(
      "notifications.page({ after })",
      "is not a cursor. Pass on `next` of the page before, as it is.",
    );
  }
  return { createdAt: Number(createdAt), id };
}
