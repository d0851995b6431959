import { setImmediate as nextTurn } from "node:timers/promises";
import type { GroupMember } from "../ports/group-store.js";
import type { WriteOptions } from "../ports/storage.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { checkQueueOptions } from "./check-queue-options.js";
import { type Batch, prepareBatch } from "./prepare-batch.js";
import type { QueueOptions } from "./queue-options.js";
import type {
  QueuedNotification,
  QueueRequest,
  QueueResult,
  QueueWarning,
  SkippedRecipient,
} from "./queue-request.js";
import { recipientPages } from "./recipient-pages.js";
import type { WakeUps } from "./wake-ups.js";
import { type WrittenPage, writePage } from "./write-page.js";

/** Resolves people, renders, and writes one row for each, page by page; rings for them once they are committed. */
export async function queueNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  request: QueueRequest,
  options: QueueOptions<Tx> = {},
): Promise<QueueResult> {
  checkQueueOptions(options, request);
  const { transaction, commit, onProgress } = options;
  const batch = await prepareBatch(runtime, request, { transaction });
  const call = { runtime, wakeUps, batch, onProgress };
  const result = await (commit === "each-page" ? commitEachPage(call) : commitOnce(call, transaction));
  for (const { groupName } of result.warnings) {
    const tell = () => runtime.lifecycle.emit("group.empty", { groupName, template: request.template });
    wakeUps.afterCommit(tell, { transaction });
  }
  return result;
}

/** What the steps of one call share. */
interface Call<Tx> {
  readonly runtime: Runtime<Tx>;
  readonly wakeUps: WakeUps<Tx>;
  readonly batch: Batch;
  readonly onProgress: QueueOptions<Tx>["onProgress"];
}

async function commitEachPage<Tx>(call: Call<Tx>): Promise<QueueResult> {
  const { runtime, wakeUps, batch } = call;
  return writePages(call, {}, async (members) => {
    const page = await repeatOnConflict(() =>
      runtime.storage.transaction((transaction) => writePage(runtime, batch, members, { transaction })),
    );
    await wakeUps.ring(page.dueIds, dueAt(call), {});
    return page;
  });
}

async function commitOnce<Tx>(call: Call<Tx>, transaction: Tx | undefined): Promise<QueueResult> {
  const { storage } = call.runtime;
  const { result, dueIds } = await (transaction === undefined
    ? repeatOnConflict(() => storage.transaction((own) => writeAll(call, own)))
    : writeAllOrNothing(call, transaction));
  await call.wakeUps.ring(dueIds, dueAt(call), { transaction });
  return result;
}

/** In the host's transaction: the host may catch an error, and commit all the same. */
async function writeAllOrNothing<Tx>(call: Call<Tx>, transaction: Tx) {
  try {
    return await writeAll(call, transaction);
  } catch (error) {
    await takeBack(call, transaction);
    throw error;
  }
}

async function takeBack<Tx>({ runtime, batch }: Call<Tx>, transaction: Tx): Promise<void> {
  try {
    await runtime.storage.notifications.discardBatch(batch.id, { transaction });
  } catch (err) {
    // A transaction that is too broken for this is too broken to commit, and the caller hears of what broke it.
    runtime.logger.debug({ err, batchId: batch.id }, "the rows of a failed call could not be taken back");
  }
}

async function writeAll<Tx>(call: Call<Tx>, transaction: Tx) {
  const dueIds: string[] = [];
  const result = await writePages(call, { transaction }, async (members) => {
    const page = await writePage(call.runtime, call.batch, members, { transaction });
    dueIds.push(...page.dueIds);
    return page;
  });
  return { result, dueIds };
}

async function writePages<Tx>(
  { runtime, batch, onProgress }: Call<Tx>,
  options: WriteOptions<Tx>,
  write: (members: readonly GroupMember[]) => Promise<WrittenPage>,
): Promise<QueueResult> {
  const queued: QueuedNotification[] = [];
  const skipped: SkippedRecipient[] = [];
  const reached = new Set<string>();
  for await (const members of recipientPages(runtime, batch.request, options)) {
    // A store that answers at once would otherwise keep everybody else waiting until the last page.
    if (queued.length + skipped.length > 0) await nextTurn();
    for (const { groupNames } of members) for (const name of groupNames) reached.add(name);
    const page = await write(members);
    queued.push(...page.queued);
    skipped.push(...page.skipped);
    await onProgress?.({ batchId: batch.id, queued: queued.length, skipped: skipped.length });
  }
  const warnings = await emptyGroups(runtime, batch.request, reached, options);
  return { batchId: batch.id, queued, skipped, warnings };
}

function dueAt<Tx>({ runtime, batch }: Call<Tx>): Date {
  return batch.request.at ?? runtime.clock.now();
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
