import type { DeliveryPolicy } from "./delivery-policy.js";
import type { Refusal } from "./life-event.js";
import type { Failure, Notification } from "./notification.js";
import type { StepContext } from "./step-context.js";
import { stepTo, type Transition } from "./transition.js";

/** By then every process has noticed a pause; it looks for them every second. */
const pauseNoticedMs = 2_000;

type Counters = Pick<Notification, "attempts" | "crashes" | "uncertainties">;

/** The provider refused, was not reached, or left us in the dark. */
export function afterRefusal(
  notification: Notification,
  { failure, retryAfterMs, unsent }: Refusal,
  context: StepContext,
): Transition {
  const { policy } = context;
  // Nothing but the provider's answers uses up attempts.
  const counted = { ...notification, attempts: notification.attempts + (unsent ? 0 : 1) };
  switch (failure.failureClass) {
    case "retry":
      return tryAgain(counted, failure, retryDelay(counted.attempts, retryAfterMs, context), context);
    case "retry-later":
      return tryAgain(counted, failure, retryAfterMs ?? policy.laterDelayMs, context);
    case "sender":
    case "template":
      // The fault is not this message's: its attempts are not spent on it, and the pause alone holds it back.
      return stepTo("pending", notification, { failure, dueInMs: pauseNoticedMs });
    case "uncertain":
      // Nobody answered yet: the attempt counts when a receipt does.
      return toUncertain({ ...notification, uncertainties: notification.uncertainties + 1 }, failure, policy);
    default:
      return stepTo("failed", counted, { failure });
  }
}

/** Crashes have a budget of their own: a deploy that kills workers must not use up the one resend of a lost answer. */
export function afterLeaseLost(
  notification: Notification,
  attemptOpen: boolean,
  { policy }: StepContext,
): Transition {
  const crashed = { ...notification, crashes: notification.crashes + 1 };
  if (crashed.crashes >= policy.maxCrashes)
    return stepTo("failed", crashed, { failure: quarantined(crashed.crashes) });
  if (attemptOpen) return toUncertain(crashed, workerVanished, policy);
  return stepTo("pending", crashed, { dueInMs: 0, failure: notification.failure });
}

/** No receipt came. */
export function afterWait(notification: Notification): Transition {
  const { failure, onUncertain } = notification;
  if (onUncertain === "resend" && notification.uncertainties <= 1) {
    return stepTo("pending", notification, { dueInMs: 0, failure });
  }
  return stepTo("failed", notification, { failure });
}

/** How long a pause lasts: what the provider asked for within bounds, or the policy's own time. */
export function pauseDelay(retryAfterMs: number | null, policy: DeliveryPolicy): number {
  return Math.min(retryAfterMs ?? policy.pauseMs, policy.maxDelayMs);
}

/** As long as neither the attempts nor the age of the notification are spent. */
export function tryAgain(
  notification: Notification,
  failure: Failure,
  delayMs: number,
  { policy, now }: StepContext,
): Transition {
  const { maxAttempts, maxAgeMs } = { ...policy, ...policy.classes[failure.failureClass] };
  const ageMs = now.getTime() + delayMs - dueSince(notification).getTime();
  const spent = notification.attempts >= maxAttempts || ageMs > maxAgeMs;
  return spent
    ? stepTo("failed", notification, { failure })
    : stepTo("pending", notification, { failure, dueInMs: delayMs });
}

function dueSince({ replayedAt, notBefore, createdAt }: Notification): Date {
  return replayedAt ?? notBefore ?? createdAt;
}

/** Full jitter over a doubling bound; a provider's own time wins, with a little jitter against herds. */
function retryDelay(attempts: number, retryAfterMs: number | null, { policy, random }: StepContext): number {
  if (retryAfterMs !== null)
    return Math.round(Math.min(retryAfterMs, policy.maxDelayMs) * (1 + random() / 10));
  // 2 ** 31 is beyond any bound; a larger exponent would end in Infinity.
  const bound = Math.min(
    policy.maxDelayMs,
    policy.baseDelayMs * 2 ** Math.min(Math.max(attempts - 1, 0), 31),
  );
  return Math.round(bound * random());
}

function toUncertain(
  notification: Counters & Pick<Notification, "onUncertain">,
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
    message: `${crashes === 1 ? "A worker" : `${crashes} workers`} died or froze in the middle of this notification.`,
    hint: "Read the workers' logs around its attempts, mend the cause, then replay it.",
  };
}
