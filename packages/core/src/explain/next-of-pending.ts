import type { DeliveryPolicy } from "../domain/delivery-policy.js";
import type { Failure } from "../domain/notification.js";
import type { NextStep, RetryStep } from "./next-step.js";
import type { Outlook } from "./outlook.js";
import type { Story } from "./story.js";

/** What a notification that is to be sent waits for. */
export function nextOfPending(story: Story, outlook: Outlook, now: Date): NextStep {
  const { nextAttemptAt, createdAt, expiresAt, notBefore, channel } = story.notification;
  const at = nextAttemptAt ?? createdAt;
  if (expiresAt !== null && (expiresAt <= now || expiresAt <= at)) return { type: "expires", at: expiresAt };
  const paused = pausedAt(story, at, now);
  if (paused) return paused;
  if (at <= now) {
    const waitedMs = now.getTime() - at.getTime();
    return { type: "due", at, waitedMs, channelKnown: outlook.transports.has(channel) };
  }
  if (notBefore?.getTime() === at.getTime()) return { type: "waits-for-time", at };
  return story.failure === null ? { type: "paced", at } : retry(story, story.failure, at, outlook);
}

/** A pause counts when it is what holds the notification back the longest. */
function pausedAt({ pauses }: Story, dueAt: Date, now: Date): NextStep | null {
  const pause = pauses.find(({ holds, until }) => dueAt <= now || (holds && dueAt < until));
  if (!pause) return null;
  const { until: at, template, reason, holds } = pause;
  return { type: "paused", at, template, reason, probing: !holds };
}

function retry(
  { notification, attempts }: Story,
  failure: Failure,
  at: Date,
  { policyOf }: Outlook,
): RetryStep {
  const { template, attempts: counted } = notification;
  return {
    type: "retries",
    at,
    attempt: attempts.length + 1,
    counted,
    maxAttempts: maxAttemptsFor(failure, policyOf(template)),
    failure,
  };
}

function maxAttemptsFor({ failureClass }: Failure, { classes, maxAttempts }: DeliveryPolicy): number {
  return classes[failureClass]?.maxAttempts ?? maxAttempts;
}
