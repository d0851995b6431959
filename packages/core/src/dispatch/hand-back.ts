import type { NewIntervention } from "../domain/intervention.js";
import type { LifeEvent } from "../domain/life-event.js";
import type { Notification } from "../domain/notification.js";
import { emitMoves } from "../events/lifecycle.js";
import type { Runtime } from "../runtime.js";
import { type Claim, stepOfHeld } from "./held.js";

/** A claimed notification that is not sent now, and why. */
export interface Returned {
  readonly notification: Notification;
  readonly event: Extract<LifeEvent, { readonly type: "postponed" | "cancelled" | "refused" }>;
  readonly intervention?: NewIntervention;
}

/** Right away, or when its claim is no use. */
export const atOnce = { type: "postponed", delayMs: 0 } as const satisfies LifeEvent;

/**
 * Gives up the hold on claimed notifications that are not sent, so that nobody need wait for the lease to end. Where
 * the store fails they are free when it ends, with a crash counted. Never rejects.
 */
export async function handBack<Tx>(
  runtime: Runtime<Tx>,
  { leaseToken }: Claim,
  returned: readonly Returned[],
): Promise<void> {
  if (returned.length === 0) return;
  const { storage, lifecycle, logger } = runtime;
  const moves = returned.map(({ notification, event, intervention }) => ({
    id: notification.id,
    from: { status: "sending" as const, leaseToken, attemptId: notification.attemptId, leaseOver: false },
    transition: stepOfHeld(runtime, notification, event),
    ...(intervention && { intervention }),
  }));
  try {
    const moved = await storage.notifications.settle(moves);
    // What only waits for its turn, or still waits for the same reason, is no news.
    const waits = new Set(
      returned.flatMap(({ notification, event }) => (isNoNews(notification, event) ? notification.id : [])),
    );
    emitMoves(
      lifecycle,
      moved.filter(({ id }) => !waits.has(id)),
    );
  } catch (err) {
    logger.warn(
      { err, count: returned.length },
      "claimed rows could not be handed back; they are free when their lease ends",
    );
  }
}

function isNoNews({ failure }: Notification, event: Returned["event"]): boolean {
  return event.type === "postponed" && (!event.failure || event.failure.message === failure?.message);
}
