import type {
  Batch,
  Clock,
  InsertResult,
  NewBatch,
  NewNotification,
  NotificationStore,
  SkippedRecipient,
} from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import type { Journal } from "./journal.js";
import { newRow, toNotification } from "./notification-row.js";
import { type NotificationTables, skipKey } from "./notification-tables.js";

type BatchVerbs = Pick<
  NotificationStore<MemoryTransaction>,
  "insertMany" | "saveBatch" | "saveSkipped" | "discardBatch" | "batch" | "skipped"
>;

export function batchVerbs(tables: NotificationTables, gate: Gate, clock: Clock): BatchVerbs {
  return {
    insertMany: (rows, { transaction } = {}) =>
      gate.run(transaction, (journal) => insert(tables, rows, clock.now(), journal)),
    saveBatch: (batch, { transaction } = {}) =>
      gate.run(transaction, (journal) => saveBatch(tables, batch, clock.now(), journal)),
    saveSkipped: (batchId, people, { transaction } = {}) =>
      gate.run(transaction, (journal) => saveSkipped(tables, batchId, people, journal)),
    discardBatch: (batchId, { transaction }) =>
      gate.run(transaction, (journal) => discard(tables, batchId, journal)),
    batch: (id) => gate.run(undefined, (): Batch | null => copyOf(tables.batches.get(id)) ?? null),
    skipped: ({ batchId, userId }) => gate.run(undefined, () => skippedOf(tables, batchId, userId)),
  };
}

function insert(
  tables: NotificationTables,
  rows: readonly NewNotification[],
  now: Date,
  journal?: Journal,
): InsertResult {
  const found = rows.map((row) => ({ row, existing: tables.existing(row) }));
  const fresh = found.flatMap((one) => (one.existing ? [] : [one.row]));
  for (const row of fresh) tables.put(newRow(row, now, tables.nextSequence()), journal);
  return {
    insertedIds: fresh.map(({ id }) => id),
    existing: found.flatMap((one) => (one.existing ? [toNotification(one.existing)] : [])),
  };
}

function saveBatch(tables: NotificationTables, batch: NewBatch, now: Date, journal?: Journal): void {
  if (tables.batches.get(batch.id)) return;
  tables.batches.set(batch.id, { ...copyOf(batch), createdAt: now }, journal);
}

function saveSkipped(
  tables: NotificationTables,
  batchId: string,
  people: readonly SkippedRecipient[],
  journal?: Journal,
): void {
  for (const { userId, reason, hint } of people) {
    const key = skipKey({ batchId, userId });
    if (!tables.skipped.get(key)) tables.skipped.set(key, { batchId, userId, reason, hint }, journal);
  }
}

function discard(tables: NotificationTables, batchId: string, journal?: Journal): void {
  const rows = [...tables.notifications.values()].filter((row) => row.batchId === batchId);
  for (const row of rows) tables.take(row, journal);
  tables.removeBatches(new Set([batchId]), journal);
}

function skippedOf(
  { skipped }: NotificationTables,
  batchId: string,
  userId: string,
): SkippedRecipient | null {
  const found = skipped.get(skipKey({ batchId, userId }));
  return found ? { userId, reason: found.reason, hint: found.hint } : null;
}
