import { IdempotencyConflictError } from "../errors/idempotency-conflict-error.js";
import type { GroupMember } from "../ports/group-store.js";
import type { InsertResult } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import { addressPage } from "./address-page.js";
import type { Batch } from "./prepare-batch.js";
import type { QueuedNotification, SkippedRecipient } from "./queue-request.js";

/** What became of one page of people. */
export interface WrittenPage {
  readonly queued: readonly QueuedNotification[];
  readonly skipped: readonly SkippedRecipient[];
  /** What was written, and what waits already under the same key: its ring may have been lost. */
  readonly dueIds: readonly string[];
}

/**
 * Resolves, renders and writes one page of people.
 *
 * @throws {IdempotencyConflictError} The rows that were new are written all the same: undo them with the transaction.
 */
export async function writePage<Tx>(
  { recipients, storage, newId }: Runtime<Tx>,
  batch: Batch,
  members: readonly GroupMember[],
  options: WriteOptions<Tx>,
): Promise<WrittenPage> {
  const channel = batch.transport.name;
  const userIds = members.map(({ userId }) => userId);
  const found = await recipients.find({ userIds, channel }, options);
  const { rows, skipped } = addressPage(batch, members, found, newId);
  const { insertedIds, existing } = await storage.notifications.insertMany(rows, options);
  refuseConflicts(batch, existing);
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

/** The same key for something else is a mistake of the caller. */
function refuseConflicts({ request, contentHash }: Batch, existing: InsertResult["existing"]): void {
  const conflicting = existing.filter((row) => row.contentHash !== contentHash).map(({ id }) => id);
  if (conflicting.length === 0) return;
  throw new IdempotencyConflictError(request.template, request.idempotencyKey ?? "", conflicting);
}
