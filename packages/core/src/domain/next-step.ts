import type { DeliveryPolicy } from "./delivery-policy.js";
import type { Failure, Notification } from "./notification.js";
import { stepTo, type Transition } from "./transition.js";

/** What a step may look at besides the notification itself. */
export interface StepContext {
  readonly policy: DeliveryPolicy;
  readonly now: Date;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

/** The provider accepted the message. */
export function afterAccepted(notification: Notification, providerMessageId: string | null): Transition {
  return stepTo("sent", notification, { attempts: notification.attempts + 1, providerMessageId });
}

/** The provider refused, was not reached, or left us in the dark. */
export function afterFailure(
  notification: Notification,
  failure: Failure,
  retryAfterMs: number | null,
  context: StepContext,
): Transition {
  const { policy } = context;
  const counted = { ...notification, attempts: notification.attempts + 1 };
  switch (failure.failureClass) {
    case "retry":
      return tryAgain(counted, failure, retryDelay(counted.attempts, retryAfterMs, context), context);
    case "retry-later":
      return tryAgain(counted, failure, retryAfterMs ?? policy.laterDelayMs, context);
    case "sender":
    case "template":
      // The fault is not this message's: its attempts are not spent on it.
      return stepTo("pending", notification, { failure, dueInMs: pauseDelay(retryAfterMs, policy) });
    case "uncertain":
      // Nobody answered yet: the attempt counts when a receipt does.
      return toUncertain({ ...notification, uncertainties: notification.uncertainties + 1 }, failure, policy);
    default:
      return stepTo("failed", counted, { failure });
  }
}

/** The worker that held the row died or froze. `attemptOpen`: bytes may have left before it did. */
export function afterLeaseLost(
  notification: Notification,
  attemptOpen: boolean,
  { policy }: StepContext,
): Transition {
  const crashed = { ...notification, crashes: notification.crashes + 1 };
  if (crashed.crashes >= policy.maxCrashes)
    return stepTo("failed", crashed, { failure: quarantined(crashed.crashes) });
  // Crashes have a budget of their own: a deploy that kills workers must not use up the one resend of a lost answer.
  if (attemptOpen) return toUncertain(crashed, workerVanished, policy);
  return stepTo("pending", crashed, { dueInMs: 0, failure: notification.failure });
}

/** No receipt has settled an uncertain send in time. */
export function afterUncertainWait(notification: Notification): Transition {
  const { failure, onUncertain } = notification;
  if (onUncertain === "resend" && notification.uncertainties <= 1) {
    return stepTo("pending", notification, { dueInMs: 0, failure });
  }
  return stepTo("failed", notification, { failure });
}

/** Its time ran out before it could be sent. */
export function afterExpiry(notification: Notification): Transition {
  return stepTo("expired", notification, { failure: notification.failure });
}

/** How long a pause lasts: what the provider asked for within bounds, or the policy's own time. */
export function pauseDelay(retryAfterMs: number | null, policy: DeliveryPolicy): number {
  return Math.min(retryAfterMs ?? policy.pauseMs, policy.maxDelayMs);
}

function tryAgain(
  notification: Notification,
  failure: Failure,
  delayMs: number,
  { policy, now }: StepContext,
): Transition {
  const dueAt = notification.notBefore ?? notification.createdAt;
  const ageMs = now.getTime() + delayMs - dueAt.getTime();
  const spent = notification.attempts >= policy.maxAttempts || ageMs > policy.maxAgeMs;
  return spent
    ? stepTo("failed", notification, { failure })
    : stepTo("pending", notification, { failure, dueInMs: delayMs });
}

/** Full jitter over a doubling bound; a provider's own time wins, with a little jitter against herds. */
function retryDelay(attempts: number, retryAfterMs: number | null, { policy, random }: StepContext): number {
  if (retryAfterMs !== null)
    return Math.round(Math.min(retryAfterMs, policy.maxDelayMs) * (1 + random() / 10));
  // 2 ** 31 is beyond any bound; a larger exponent would end in Infinity.
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(attempts - 1, 31));
  return Math.round(bound * random());
}

function toUncertain(
  notification: Pick<Notification, "attempts" | "crashes" | "uncertainties" | "onUncertain">,
  failure: Failure,
  policy: DeliveryPolicy,
): Transition {
  return stepTo("uncertain", notification, {
    // Held rows wait for a receipt or a person, however long that takes.
    dueInMs: notification.onUncertain === "hold" ? null : policy.uncertainWaitMs,
    failure,
  });
}

const workerVanished: Failure = {
  failureClass: "uncertain",
  providerCode: null,
  message: "The worker stopped while this message was on its way.",
  hint: "Nothing to do: a delivery receipt settles it, or else its onUncertain policy does.",
};

function quarantined(crashes: number): Failure {
  return {
    failureClass: "quarantined",
    providerCode: null,
    message: `${crashes} workers died or froze while they held this notification.`,
    hint: "Read the workers' logs around its attempts, mend the cause, then replay it.",
  };
}
