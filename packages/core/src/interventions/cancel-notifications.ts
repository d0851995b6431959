import type { Notification } from "../domain/notification.js";
import { emitMoves } from "../events/lifecycle.js";
import type { WriteOptions } from "../ports/storage.js";
import type { WakeUps } from "../queue/wake-ups.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { type CancelRequest, type CancelResult, checkCancel } from "./cancel-request.js";
import { moveByHand } from "./move-by-hand.js";
import { pageSize, pagesOf } from "./pages-of.js";

/** Ends what waits as `cancelled`, page by page, and says of what does not wait any more that it is too late. */
export async function cancelNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  request: CancelRequest,
  { transaction }: WriteOptions<Tx> = {},
): Promise<CancelResult> {
  checkCancel(request, [...runtime.transports.keys()]);
  const options = { transaction };
  const cancelled: CancelResult["cancelled"][number][] = [];
  const tooLate: CancelResult["tooLate"][number][] = [];
  for await (const page of cancellablePages(runtime, request, options)) {
    const { moved, left } = await cancelPage(runtime, page, request, options);
    wakeUps.afterCommit(() => emitMoves(runtime.lifecycle, moved), options);
    cancelled.push(...moved.map(({ id, userId }) => ({ id, userId })));
    tooLate.push(...left.filter(isTooLate).map(({ id, userId, status }) => ({ id, userId, status })));
  }
  return { cancelled, tooLate };
}

async function* cancellablePages<Tx>(
  { storage: { notifications } }: Runtime<Tx>,
  { ids, cancelKey, userIds, channel }: CancelRequest,
  options: WriteOptions<Tx>,
): AsyncGenerator<readonly Notification[]> {
  if (cancelKey === undefined) {
    for await (const page of pagesOf(ids)) yield notifications.getMany(page, options);
    return;
  }
  const wanted = { cancelKey, limit: pageSize, ...(channel !== undefined && { channel }) };
  const find = (request: typeof wanted & { readonly userIds?: readonly string[] }) =>
    everyPage((after) => notifications.findCancellable({ ...request, ...after }, options));
  if (userIds === undefined) yield* find(wanted);
  else for await (const people of pagesOf(userIds)) yield* find({ ...wanted, userIds: people });
}

async function* everyPage(
  find: (after: { readonly afterId?: string }) => Promise<readonly Notification[]>,
): AsyncGenerator<readonly Notification[]> {
  let after: { readonly afterId?: string } = {};
  for (;;) {
    const page: readonly Notification[] = await find(after);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = { afterId: last.id };
  }
}

/** So often what a worker took, and gave back, between the look and the step is looked at again. */
const mostRounds = 5;

async function cancelPage<Tx>(
  runtime: Runtime<Tx>,
  page: readonly Notification[],
  { reason = "None was given.", by = null }: Pick<CancelRequest, "reason"> & { readonly by?: string | null },
  options: WriteOptions<Tx>,
): Promise<{ readonly moved: readonly Notification[]; readonly left: readonly Notification[] }> {
  const byHand = {
    event: { type: "cancelled" },
    intervention: { action: "cancelled", reason, by },
  } as const;
  const [moved, left] = [[] as Notification[], page.filter((one) => !isWaiting(one))];
  let waiting = page.filter(isWaiting);
  for (let round = 1; waiting.length > 0 && round <= mostRounds; round += 1) {
    const step = () => moveByHand(runtime, waiting, byHand, options);
    const movedNow = await (options.transaction === undefined ? repeatOnConflict(step) : step());
    moved.push(...movedNow);
    const movedIds = new Set(movedNow.map(({ id }) => id));
    const others = waiting.filter(({ id }) => !movedIds.has(id)).map(({ id }) => id);
    const now = others.length === 0 ? [] : await runtime.storage.notifications.getMany(others, options);
    left.push(...now.filter((one) => !isWaiting(one)));
    waiting = now.filter(isWaiting);
  }
  // In a transaction that sees the rows as they were when it began, they seem to wait for ever: a worker has them.
  return { moved, left: [...left, ...waiting.map((one) => ({ ...one, status: "sending" as const }))] };
}

function isWaiting({ status }: Notification): boolean {
  return status === "pending";
}

function isTooLate({ status }: Notification): boolean {
  return status !== "failed" && status !== "expired" && status !== "cancelled";
}
