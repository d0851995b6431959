import type { NewIntervention } from "../domain/intervention.js";
import type { LifeEvent } from "../domain/life-event.js";
import type { Notification } from "../domain/notification.js";
import type { Move } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import { type Runtime, stepOf } from "../runtime.js";

/** What a decision does to notifications that nobody holds. */
export interface ByHand {
  readonly event: LifeEvent;
  readonly intervention: NewIntervention;
}

/**
 * Takes the step that a decision means for each of these, unless it has moved since it was read: of two who decide at the
 * same time one does. Up to 1,000. Returns the notifications that moved.
 */
export async function moveByHand<Tx>(
  runtime: Runtime<Tx>,
  notifications: readonly Notification[],
  { event, intervention }: ByHand,
  options: WriteOptions<Tx>,
): Promise<Notification[]> {
  const moves = notifications.flatMap((notification): Move[] => {
    const transition = stepOf(runtime, notification, event);
    const { id, status, attemptId } = notification;
    const from = { status, attemptId, leaseToken: null, leaseOver: false };
    return transition ? [{ id, from, transition, intervention }] : [];
  });
  return moves.length === 0 ? [] : runtime.storage.notifications.settle(moves, options);
}
