import { isForgotten } from "./is-forgotten.js";
import { type LifeEvent, meaningfulIn, type Resolution } from "./life-event.js";
import type { Notification } from "./notification.js";
import { afterReceipt } from "./receipt-step.js";
import { afterLeaseLost, afterRefusal, afterWait, tryAgain } from "./send-steps.js";
import type { StepContext } from "./step-context.js";
import { stepTo, type Transition } from "./transition.js";

/**
 * The state machine: what an event makes of a notification; `null`: nothing.
 *
 * Pure, and the only place that knows. No sequence of events moves a notification backwards, or leaves it where neither
 * the clock, nor a receipt, nor a person can bring it any further.
 */
export function step(notification: Notification, event: LifeEvent, context: StepContext): Transition | null {
  if (!meaningfulIn[event.type].includes(notification.status)) return null;
  const { failure, attempts } = notification;
  switch (event.type) {
    case "postponed":
      return event.failure
        ? tryAgain(notification, event.failure, event.delayMs, context)
        : stepTo("pending", notification, { dueInMs: event.delayMs, failure });
    case "accepted": {
      const { providerMessageId, held = null } = event;
      // Sending it once more would tell the person twice. As after a lost answer, the attempt counts when a receipt comes.
      if (held !== null) return stepTo("uncertain", notification, { providerMessageId, failure: held });
      return stepTo("sent", notification, { attempts: attempts + 1, providerMessageId });
    }
    case "refused":
      return afterRefusal(notification, event, context);
    case "lease-lost":
      return afterLeaseLost(notification, event.attemptOpen, context);
    case "wait-over":
      return afterWait(notification);
    case "expired":
    case "cancelled":
      return stepTo(event.type, notification, { failure });
    case "receipt":
      return afterReceipt(notification, event.receipt, context);
    case "replayed":
      return afterReplay(notification, context);
    case "resolved":
      return afterResolution(notification, event.as);
  }
}

/** With fresh counters: whoever replays has mended what used them up. */
function afterReplay(notification: Notification, { now }: StepContext): Transition | null {
  const { expiresAt } = notification;
  if (isForgotten(notification) || (expiresAt !== null && expiresAt <= now)) return null;
  return stepTo("pending", { attempts: 0, crashes: 0, uncertainties: 0 }, { dueInMs: 0, replayed: true });
}

function afterResolution(notification: Notification, resolution: Resolution): Transition {
  const { failure, attempts } = notification;
  if (resolution === "told") return stepTo("sent", notification, { attempts: attempts + 1 });
  if (resolution === "resend") return stepTo("pending", notification, { dueInMs: 0, failure });
  return stepTo("failed", notification, { failure });
}
