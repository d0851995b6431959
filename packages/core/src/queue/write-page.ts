import type { SkippedRecipient } from "../domain/batch.js";
import { storable } from "../domain/storable-text.js";
import { IdempotencyConflictError } from "../errors/idempotency-conflict-error.js";
import type { GroupMember } from "../ports/group-store.js";
import type { InsertResult } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import { addressPage } from "./address-page.js";
import type { PreparedBatch } from "./prepare-batch.js";
import type { QueuedNotification } from "./queue-request.js";

/** What became of one page of people. */
export interface WrittenPage {
  readonly queued: readonly QueuedNotification[];
  readonly skipped: readonly SkippedRecipient[];
  /** What was written, and what waits already under the same key: its ring may have been lost. */
  readonly dueIds: readonly string[];
}

/**
 * Resolves, renders and writes one page of people, and notes who is skipped. Of a duplicate, the notification that is
 * there already tells enough.
 *
 * @throws {IdempotencyConflictError} The rows that were new are written all the same: undo them with the transaction.
 */
export async function writePage<Tx>(
  { recipients, storage, newId }: Runtime<Tx>,
  batch: PreparedBatch,
  members: readonly GroupMember[],
  options: WriteOptions<Tx>,
): Promise<WrittenPage> {
  const channel = batch.transport.name;
  const userIds = members.map(({ userId }) => userId);
  const found = await recipients.find({ userIds, channel }, options);
  const { rows, skipped } = addressPage(batch, members, found, newId);
  const { insertedIds, existing } = await storage.notifications.insertMany(rows, options);
  refuseConflicts(batch, existing);
  if (skipped.length > 0) await storage.notifications.saveSkipped(batch.id, skipped.map(toStored), options);
  const inserted = new Set(insertedIds);
  const queued: QueuedNotification[] = [];
  for (const { id, userId } of rows) if (inserted.has(id)) queued.push({ id, userId, channel });
  const dueIds = [...insertedIds];
  for (const { id, userId, status } of existing) {
    const hint = `Notification ${id} (${status}) was queued under this idempotency key before.`;
    skipped.push({ userId, reason: "duplicate", hint });
    if (status === "pending") dueIds.push(id);
  }
  return { queued, skipped, dueIds };
}

/** A channel's own words about a text may quote what no database stores. */
function toStored({ userId, reason, hint }: SkippedRecipient): SkippedRecipient {
  return { userId, reason, hint: storable(hint, 4_000) };
}

/** The same key for something else is a mistake of the caller. */
function refuseConflicts({ request, contentHash }: PreparedBatch, existing: InsertResult["existing"]): void {
  const conflicting = existing.filter((row) => row.contentHash !== contentHash).map(({ id }) => id);
  if (conflicting.length === 0) return;
  throw new IdempotencyConflictError(request.template, request.idempotencyKey ?? "", conflicting);
}
