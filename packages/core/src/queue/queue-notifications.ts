import { IdempotencyConflictError } from "../errors/idempotency-conflict-error.js";
import type { GroupMember } from "../ports/group-store.js";
import type { InsertResult } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import { addressPage } from "./address-page.js";
import { type Batch, prepareBatch } from "./prepare-batch.js";
import type {
  QueuedNotification,
  QueueRequest,
  QueueResult,
  QueueWarning,
  SkippedRecipient,
} from "./queue-request.js";
import { recipientPages } from "./recipient-pages.js";
import type { WakeUps } from "./wake-ups.js";

/** Resolves people, renders, and writes one row for each, all in one transaction; then rings for them. */
export async function queueNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  request: QueueRequest,
  { transaction }: WriteOptions<Tx> = {},
): Promise<QueueResult> {
  const batch = await prepareBatch(runtime, request, { transaction });
  const write = (within: Tx) => writeBatch(runtime, batch, { transaction: within });
  const written = await (transaction === undefined ? runtime.storage.transaction(write) : write(transaction));
  await wakeUps.ring(written.dueIds, request.at ?? runtime.clock.now(), { transaction });
  for (const { groupName } of written.result.warnings) {
    runtime.lifecycle.emit("group.empty", { groupName, template: request.template });
  }
  return written.result;
}

interface Written {
  readonly result: QueueResult;
  /** What was written, and what waits already under the same key: its ring may have been lost. */
  readonly dueIds: readonly string[];
}

async function writeBatch<Tx>(
  runtime: Runtime<Tx>,
  batch: Batch,
  options: WriteOptions<Tx>,
): Promise<Written> {
  const queued: QueuedNotification[] = [];
  const skipped: SkippedRecipient[] = [];
  const waiting: string[] = [];
  const reached = new Set<string>();
  for await (const members of recipientPages(runtime, batch.request, options)) {
    for (const { groupNames } of members) for (const name of groupNames) reached.add(name);
    const page = await writePage(runtime, batch, members, options);
    queued.push(...page.queued);
    skipped.push(...page.skipped);
    waiting.push(...page.waiting);
  }
  const warnings = await emptyGroups(runtime, batch.request, reached, options);
  return {
    result: { batchId: batch.id, queued, skipped, warnings },
    dueIds: [...queued.map(({ id }) => id), ...waiting],
  };
}

async function writePage<Tx>(
  runtime: Runtime<Tx>,
  batch: Batch,
  members: readonly GroupMember[],
  options: WriteOptions<Tx>,
) {
  const channel = batch.transport.name;
  const userIds = members.map(({ userId }) => userId);
  const recipients = await runtime.recipients.find({ userIds, channel }, options);
  const { rows, skipped } = addressPage(batch, members, recipients, runtime.newId);
  const { insertedIds, existing } = await runtime.storage.notifications.insertMany(rows, options);
  await refuseConflicts(runtime, batch, existing, options);
  const inserted = new Set(insertedIds);
  const queued = rows.filter(({ id }) => inserted.has(id)).map(({ id, userId }) => ({ id, userId, channel }));
  const duplicates = existing.map(({ id, userId, status }) => ({
    userId,
    reason: "duplicate" as const,
    hint: `Notification ${id} (${status}) was queued under this idempotency key before.`,
  }));
  const waiting = existing.filter(({ status }) => status === "pending").map(({ id }) => id);
  return { queued, skipped: [...skipped, ...duplicates], waiting };
}

/** The same key for something else: a mistake of the caller, of which nothing is left behind. */
async function refuseConflicts<Tx>(
  { storage }: Runtime<Tx>,
  { id, request, contentHash }: Batch,
  existing: InsertResult["existing"],
  options: WriteOptions<Tx>,
): Promise<void> {
  const conflicting = existing.filter((row) => row.contentHash !== contentHash).map((row) => row.id);
  if (conflicting.length === 0) return;
  // By hand, because the host may catch the error and commit its transaction all the same.
  await storage.notifications.discardBatch(id, options);
  throw new IdempotencyConflictError(request.template, request.idempotencyKey ?? "", conflicting);
}

/** Groups that nobody was reached through; those whose members were all named by id as well are not empty. */
async function emptyGroups<Tx>(
  { storage }: Runtime<Tx>,
  { groupNames = [] }: QueueRequest,
  reached: ReadonlySet<string>,
  options: WriteOptions<Tx>,
): Promise<QueueWarning[]> {
  const warnings: QueueWarning[] = [];
  for (const groupName of groupNames.filter((name) => !reached.has(name))) {
    const [member] = await storage.groups.members(
      { groupNames: [groupName], afterUserId: null, limit: 1 },
      options,
    );
    if (member) continue;
    const hint = `Nobody is in "${groupName}". Add people with callboard.groups.addMembers("${groupName}", [...]).`;
    warnings.push({ warning: "empty-group", groupName, hint });
  }
  return warnings;
}
