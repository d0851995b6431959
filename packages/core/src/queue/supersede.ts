import { setImmediate as nextTurn } from "node:timers/promises";
import type { Notification } from "../domain/notification.js";
import { stepTo } from "../domain/transition.js";
import { moveByHand } from "../interventions/move-by-hand.js";
import type { Move } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import type { PreparedBatch } from "./prepare-batch.js";

/** So many people, and so many of their notifications, at a time. */
const pageSize = 1_000;

/**
 * Cancels what waits under the key that a batch supersedes for people who have just been queued by it. What a worker has
 * taken by then is sent. All of it or, when it fails, nothing.
 *
 * @returns what was cancelled, if anybody listens to that.
 */
export async function supersede<Tx>(
  runtime: Runtime<Tx>,
  batch: PreparedBatch,
  userIds: readonly string[],
  options: WriteOptions<Tx>,
): Promise<readonly Notification[]> {
  const isObserved = runtime.lifecycle.isObserved("notification.cancelled");
  const observed: Notification[] = [];
  const undo: Move[] = [];
  try {
    for await (const page of waitingPages(runtime, batch, userIds, options)) {
      const moved = await cancelPage(runtime, batch, page, options);
      if (isObserved) observed.push(...moved);
      undo.push(...undoOf(runtime, page, moved));
    }
  } catch (error) {
    await putBack(runtime, undo, options);
    throw error;
  }
  return observed;
}

async function* waitingPages<Tx>(
  { storage }: Runtime<Tx>,
  { id: exceptBatchId, request: { supersedes: cancelKey }, transport: { name: channel } }: PreparedBatch,
  people: readonly string[],
  options: WriteOptions<Tx>,
): AsyncGenerator<readonly Notification[]> {
  if (cancelKey === undefined) return;
  for (let start = 0; start < people.length; start += pageSize) {
    if (start > 0) await nextTurn();
    const userIds = people.slice(start, start + pageSize);
    let after: { afterId?: string } = {};
    for (;;) {
      const page: Notification[] = await storage.notifications.findCancellable(
        { cancelKey, channel, userIds, exceptBatchId, limit: pageSize, ...after },
        options,
      );
      yield page.filter(({ status }) => status === "pending");
      const last = page.at(-1);
      if (!last || page.length < pageSize) break;
      after = { afterId: last.id };
    }
  }
}

function cancelPage<Tx>(
  runtime: Runtime<Tx>,
  { id }: PreparedBatch,
  page: readonly Notification[],
  options: WriteOptions<Tx>,
): Promise<Notification[]> {
  const reason = `Batch ${id} says it better.`;
  const intervention = { action: "superseded", reason, by: null } as const;
  return moveByHand(runtime, page, { event: { type: "cancelled" }, intervention }, options);
}

function undoOf<Tx>(
  { clock }: Runtime<Tx>,
  page: readonly Notification[],
  moved: readonly Notification[],
): Move[] {
  const movedIds = new Set(moved.map(({ id }) => id));
  const now = clock.now().getTime();
  return page.flatMap((before) => {
    const { id, attemptId, nextAttemptAt, failure } = before;
    if (!movedIds.has(id)) return [];
    const dueInMs = Math.max(0, (nextAttemptAt?.getTime() ?? now) - now);
    const from = { status: "cancelled", attemptId, leaseToken: null, leaseOver: false } as const;
    return [{ id, from, transition: stepTo("pending", before, { dueInMs, failure }) }];
  });
}

/** The host may catch the error, and commit its transaction all the same. In one of our own this is rolled back as well. */
async function putBack<Tx>(
  { storage, logger }: Runtime<Tx>,
  undo: readonly Move[],
  options: WriteOptions<Tx>,
) {
  try {
    for (let start = 0; start < undo.length; start += pageSize) {
      await storage.notifications.settle(undo.slice(start, start + pageSize), options);
    }
  } catch (err) {
    // A transaction that is too broken for this is too broken to commit, and the caller hears of what broke it.
    logger.debug({ err }, "what a failed call had superseded could not be put back");
  }
}
