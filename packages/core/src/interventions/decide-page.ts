import type { Notification } from "../domain/notification.js";
import { emitMoves } from "../events/lifecycle.js";
import type { WakeUps } from "../queue/wake-ups.js";
import { repeatOnConflict } from "../repeat-on-conflict.js";
import type { Runtime } from "../runtime.js";
import { type ByHand, moveByHand } from "./move-by-hand.js";
import { type RefusedNotification, unknownIds } from "./refused-notification.js";

/** A decision about notifications, and what to say of those that it does not fit. */
export interface PageDecision extends ByHand {
  readonly hintOf: (notification: Notification) => string;
}

interface Decided {
  readonly moved: readonly Notification[];
  readonly refused: readonly RefusedNotification[];
}

/** Decides about up to 1,000 notifications, tells the listeners, and rings for what waits to be sent again. */
export async function decidePage<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  ids: readonly string[],
  decision: PageDecision,
): Promise<Decided> {
  const found = await runtime.storage.notifications.getMany(ids);
  const { moved, refused } = await decide(runtime, wakeUps, found, decision);
  return { moved, refused: [...refused, ...unknownIds(ids, found)] };
}

/** The same for notifications that have just been read. */
export async function decide<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  found: readonly Notification[],
  decision: PageDecision,
): Promise<Decided> {
  const moved = await repeatOnConflict(() => moveByHand(runtime, found, decision, {}));
  emitMoves(runtime.lifecycle, moved);
  const waiting = moved.filter(({ status }) => status === "pending").map(({ id }) => id);
  if (waiting.length > 0) await wakeUps.ring(waiting, runtime.clock.now(), {});
  const movedIds = new Set(moved.map(({ id }) => id));
  const others = found.filter(({ id }) => !movedIds.has(id)).map(({ id }) => id);
  // As they are by now: somebody else may have decided at the same time.
  const now = others.length === 0 ? [] : await runtime.storage.notifications.getMany(others);
  return {
    moved,
    refused: now.map((one) => ({ id: one.id, status: one.status, hint: decision.hintOf(one) })),
  };
}
