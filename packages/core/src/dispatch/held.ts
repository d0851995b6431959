import type { LifeEvent } from "../domain/life-event.js";
import type { Notification } from "../domain/notification.js";
import type { Transition } from "../domain/transition.js";
import type { SendRoute } from "../ports/transport.js";
import { type Runtime, stepOf } from "../runtime.js";
import type { ProbeScope } from "./pauses.js";

/** What one claim of this process took. */
export interface Claim {
  readonly leaseToken: string;
  /** By this process's clock. */
  readonly claimedAt: Date;
  /** The one message that tells whether a pause is over; `null`: an ordinary claim. */
  readonly probe: ProbeScope | null;
  /** Of the span in which it was taken. */
  readonly traceParent: string | null;
}

/** A claimed notification with the attempt that is about to be made, or is being made. */
export interface Held extends Claim {
  readonly notification: Notification;
  readonly attemptId: string;
  /** In which form it goes out. `null`: its transport has but one. */
  readonly route: SendRoute | null;
}

/** The step of a notification that this process holds; such a step is never refused. */
export function stepOfHeld(runtime: Runtime, notification: Notification, event: LifeEvent): Transition {
  const transition = stepOf(runtime, notification, event);
  if (!transition)
    throw new Error(
      `"${event.type}" came to notification ${notification.id}, which is ${notification.status}.`,
    );
  return transition;
}
