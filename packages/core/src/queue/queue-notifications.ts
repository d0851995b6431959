import { setImmediate as nextTurn } from "node:timers/promises";
import type { SkippedRecipient } from "../domain/batch.js";
import type { Notification } from "../domain/notification.js";
import type { GroupMember } from "../ports/group-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { announce } from "./announce.js";
import { checkQueueOptions } from "./check-queue-options.js";
import { emptyGroups } from "./empty-groups.js";
import { type PreparedBatch, prepareBatch } from "./prepare-batch.js";
import { describeBatch, queueInSpan } from "./queue-in-span.js";
import type { QueueOptions } from "./queue-options.js";
import type { QueuedNotification, QueueRequest, QueueResult } from "./queue-request.js";
import { recipientPages } from "./recipient-pages.js";
import { saveBatch } from "./save-batch.js";
import { supersede } from "./supersede.js";
import type { WakeUps } from "./wake-ups.js";
import { type WrittenPage, writePage } from "./write-page.js";

/** Resolves people, renders, and writes one row for each, page by page; rings for them once they are committed. */
export function queueNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  request: QueueRequest,
  options: QueueOptions<Tx> = {},
): Promise<QueueResult> {
  return queueInSpan(runtime, (span) => queue(runtime, wakeUps, span, { request, options }));
}

async function queue<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  span: TelemetrySpan,
  { request, options }: { readonly request: QueueRequest; readonly options: QueueOptions<Tx> },
): Promise<QueueResult> {
  checkQueueOptions(options, request);
  const { transaction, commit, onProgress } = options;
  const batch = await prepareBatch(runtime, request, { transaction }, span);
  describeBatch(span, batch);
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
  readonly batch: PreparedBatch;
  readonly onProgress: QueueOptions<Tx>["onProgress"];
}

async function commitEachPage<Tx>(call: Call<Tx>): Promise<QueueResult> {
  const { runtime, wakeUps, batch } = call;
  let isNoted = false;
  const result = await writePages(call, {}, async (members) => {
    const written = await repeatOnConflict(() =>
      runtime.storage.transaction(async (transaction) => {
        if (!isNoted) await saveBatch(runtime, batch, { transaction });
        const page = await writePage(runtime, batch, members, { transaction });
        return { ...page, superseded: await supersedeFor(call, page.queued, transaction) };
      }),
    );
    isNoted = true;
    announce(call, written, {});
    await wakeUps.ring(written.dueIds, dueAt(call), {});
    return written;
  });
  // It reached nobody, which is what somebody may ask about.
  if (!isNoted) await saveBatch(runtime, batch, {});
  return result;
}

async function commitOnce<Tx>(call: Call<Tx>, transaction: Tx | undefined): Promise<QueueResult> {
  const { storage } = call.runtime;
  const { result, dueIds, superseded } = await (transaction === undefined
    ? repeatOnConflict(() => storage.transaction((own) => writeAll(call, own)))
    : writeAllOrNothing(call, transaction));
  announce(call, { queued: result.queued, superseded }, { transaction });
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
  const { runtime, batch } = call;
  const dueIds: string[] = [];
  await saveBatch(runtime, batch, { transaction });
  const result = await writePages(call, { transaction }, async (members) => {
    const page = await writePage(runtime, batch, members, { transaction });
    dueIds.push(...page.dueIds);
    return page;
  });
  // Last: what fails before it leaves alone what was there.
  return { result, dueIds, superseded: await supersedeFor(call, result.queued, transaction) };
}

function supersedeFor<Tx>(
  { runtime, batch }: Call<Tx>,
  queued: readonly QueuedNotification[],
  transaction: Tx,
): Promise<readonly Notification[]> {
  const userIds = queued.map(({ userId }) => userId);
  return supersede(runtime, batch, userIds, { transaction });
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
  return batch.notBefore ?? runtime.clock.now();
}
