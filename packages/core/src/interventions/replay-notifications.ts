import { setImmediate as nextTurn } from "node:timers/promises";
import { isForgotten } from "../domain/is-forgotten.js";
import type { Notification } from "../domain/notification.js";
import type { NotificationPage } from "../ports/notification-store.js";
import type { WakeUps } from "../queue/wake-ups.js";
import type { Runtime } from "../runtime.js";
import { decide, decidePage } from "./decide-page.js";
import type { Decision } from "./decision.js";
import { pageSize, pagesOf } from "./pages-of.js";
import type { RefusedNotification } from "./refused-notification.js";
import { checkReplay, type ReplayFilter, type ReplayRequest, type ReplayResult } from "./replay-request.js";

/** Has what failed sent once more, each notification once however many replay it at the same time. */
export async function replayNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  request: ReplayRequest,
  decision: Decision,
): Promise<ReplayResult> {
  checkReplay(request, decision);
  const { reason, by = null } = decision;
  const byHand = {
    event: { type: "replayed" },
    intervention: { action: "replayed", reason, by },
    hintOf: (notification: Notification) => hintOf(notification, runtime.clock.now()),
  } as const;
  let replayed = 0;
  const refused: RefusedNotification[] = [];
  const add = (outcome: {
    readonly moved: readonly unknown[];
    readonly refused: readonly RefusedNotification[];
  }) => {
    replayed += outcome.moved.length;
    refused.push(...outcome.refused);
  };
  if (request.ids === undefined) {
    for await (const page of failedPages(runtime, request)) add(await decide(runtime, wakeUps, page, byHand));
  } else {
    for await (const page of pagesOf(request.ids)) add(await decidePage(runtime, wakeUps, page, byHand));
  }
  return { replayed, refused };
}

/** From the newest to the oldest, so that what fails again meanwhile is not met again. */
async function* failedPages<Tx>(
  { storage }: Runtime<Tx>,
  { failureClass, providerCode, ids, ...filter }: ReplayFilter,
): AsyncGenerator<readonly Notification[]> {
  let after: { readonly after?: string } = {};
  for (;;) {
    const page: NotificationPage = await storage.notifications.page({
      ...filter,
      status: "failed",
      limit: pageSize,
      ...after,
    });
    yield page.notifications.filter(
      ({ failure }) =>
        (failureClass === undefined || failure?.failureClass === failureClass) &&
        (providerCode === undefined || failure?.providerCode === providerCode),
    );
    if (page.next === null) return;
    after = { after: page.next };
    await nextTurn();
  }
}

function hintOf(notification: Notification, now: Date): string {
  const { status, expiresAt } = notification;
  if (isForgotten(notification)) return "Its person was forgotten: there is nothing left to send.";
  if (status !== "failed") return `It is ${status}: only what has failed can be sent once more.`;
  if (expiresAt !== null && expiresAt <= now)
    return `Its time ran out at ${expiresAt.toISOString()}. Queue a new one if it is wanted still.`;
  return "Somebody else replayed it at the same time, and it has failed again.";
}
