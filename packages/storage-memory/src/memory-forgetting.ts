import type { Clock, NotificationStore, PurgeRequest, PurgeResult } from "@callboard/core/adapter";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { isUnfinished, type NotificationRow } from "./notification-row.js";
import type { NotificationTables } from "./notification-tables.js";
import { compareAge, readCursor, writeCursor } from "./row-cursor.js";

type ForgettingVerbs = Pick<NotificationStore<MemoryTransaction>, "purge" | "forget">;
type Person = Parameters<ForgettingVerbs["forget"]>[0];

/** Before every row. */
const beginning = { createdAt: new Date(0), id: "0" };

export function forgettingVerbs(tables: NotificationTables, gate: Gate, clock: Clock): ForgettingVerbs {
  return {
    purge: (request, { transaction } = {}) =>
      gate.run(transaction, (journal) => purge(tables, request, clock.now(), journal)),
    forget: (person, { transaction } = {}) =>
      gate.run(transaction, (journal) => forget(tables, person, clock.now(), journal)),
  };
}

function purge(
  tables: NotificationTables,
  { olderThanMs, limit, after }: PurgeRequest,
  now: Date,
  journal?: Journal,
): PurgeResult {
  const before = now.getTime() - olderThanMs;
  const place = after === undefined ? null : readCursor("purge", after);
  const oldestFirst = [...tables.notifications.values()]
    .filter((row) => row.createdAt.getTime() < before && (place === null || compareAge(row, place) > 0))
    .sort(compareAge);
  const rows = oldestFirst.slice(0, limit);
  const over = rows.filter((row) => !isUnfinished(row) && finishedAt(row) < before);
  for (const row of over) remove(tables, row, journal);
  const batchesLeft = purgeBatches(tables, before, limit, journal);
  const reached = rows.at(-1) ?? place ?? beginning;
  const isMore = oldestFirst.length > limit || batchesLeft > 0;
  return { deleted: over.length, next: isMore ? writeCursor(reached) : null };
}

function finishedAt(row: NotificationRow): number {
  const { sentAt, deliveredAt, readAt, failedAt, cancelledAt, expiredAt } = row;
  const times = [sentAt, deliveredAt, readAt, failedAt, cancelledAt, expiredAt];
  return Math.max(...times.map((time) => time?.getTime() ?? 0));
}

function remove(tables: NotificationTables, row: NotificationRow, journal?: Journal): void {
  for (const attempt of tables.attemptRowsOf(row.id)) tables.removeAttempt(attempt, journal);
  tables.attemptsOf.delete(row.id, journal);
  tables.receiptsOf.delete(row.id, journal);
  tables.interventionsOf.delete(row.id, journal);
  tables.take(row, journal);
}

/** Calls of which nothing is left, or that told nobody; returns how many of these are left. */
function purgeBatches(tables: NotificationTables, before: number, limit: number, journal?: Journal): number {
  const needed = new Set([...tables.notifications.values()].map(({ batchId }) => batchId));
  const ids = [...tables.batches.values()]
    .filter(({ id, createdAt }) => createdAt.getTime() < before && !needed.has(id))
    .map(({ id }) => id);
  tables.removeBatches(new Set(ids.slice(0, limit)), journal);
  return Math.max(0, ids.length - limit);
}

function forget(
  tables: NotificationTables,
  { userId, pseudonym }: Person,
  now: Date,
  journal?: Journal,
): number {
  const rows = [...tables.notifications.values()].filter((row) => row.userId === userId);
  forgetParked(tables, rows, journal);
  forgetSkips(tables, userId, journal);
  for (const row of rows) {
    forgetAttempts(tables, row, journal);
    forgetStory(tables, row, journal);
    tables.take(row, journal);
    tables.put(forgotten(row, pseudonym, now), journal);
  }
  return rows.length;
}

/** Receipts that came before their message id was stored, and were not applied yet. */
function forgetParked(tables: NotificationTables, rows: readonly NotificationRow[], journal?: Journal): void {
  const ids = new Set(rows.map(({ id }) => id));
  for (const [key, receipt] of [...tables.parked.entries()]) {
    const attempt = tables.attemptFor(receipt);
    if (attempt && ids.has(attempt.notificationId)) tables.parked.delete(key, journal);
  }
}

function forgetSkips({ skipped }: NotificationTables, userId: string, journal?: Journal): void {
  for (const [key, skip] of [...skipped.entries()]) {
    if (skip.userId === userId) skipped.delete(key, journal);
  }
}

/** What was said about it, by the provider and by whoever intervened. */
function forgetStory(tables: NotificationTables, { id }: NotificationRow, journal?: Journal): void {
  const receipts = tables.receiptsOf.get(id) ?? [];
  const interventions = tables.interventionsOf.get(id) ?? [];
  tables.receiptsOf.set(
    id,
    receipts.map((receipt) => ({ ...receipt, message: null })),
    journal,
  );
  tables.interventionsOf.set(
    id,
    interventions.map((intervention) => ({ ...intervention, reason: "" })),
    journal,
  );
}

/** What has not ended is deleted, so that whoever is sending it has nothing to write to. */
function forgetAttempts(tables: NotificationTables, { id }: NotificationRow, journal?: Journal): void {
  const attempts = tables.attemptRowsOf(id);
  const ended = attempts.filter(({ endedAt }) => endedAt !== null);
  for (const attempt of attempts) tables.removeAttempt(attempt, journal);
  for (const attempt of ended) {
    tables.saveAttempt({ ...attempt, channel: null, providerMessageId: null, message: null }, journal);
  }
  tables.attemptsOf.set(
    id,
    ended.map((attempt) => attempt.id),
    journal,
  );
}

function forgotten(row: NotificationRow, pseudonym: string, now: Date): NotificationRow {
  return {
    ...row,
    ...(isUnfinished(row) && cancelled(now)),
    userId: pseudonym,
    address: "",
    content: { text: "", variables: null, buttons: [], channel: null },
    contentHash: "",
    metadata: null,
    providerMessageId: null,
    failure: row.failure && { ...row.failure, message: "", hint: "" },
  };
}

function cancelled(now: Date) {
  return {
    status: "cancelled",
    cancelledAt: now,
    nextAttemptAt: null,
    leaseToken: null,
    leaseUntil: null,
  } as const;
}
