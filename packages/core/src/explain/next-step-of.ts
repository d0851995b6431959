import { isForgotten } from "../domain/is-forgotten.js";
import type { Notification } from "../domain/notification.js";
import { step } from "../domain/step.js";
import { isRunning } from "./attempt-steps.js";
import { nextOfPending } from "./next-of-pending.js";
import type { AwaitedReceipt, NextStep, NothingBecause } from "./next-step.js";
import type { Outlook } from "./outlook.js";
import type { Story } from "./story.js";

/** What becomes of a notification next, as of `now`. */
export function nextStepOf(story: Story, outlook: Outlook, now: Date): NextStep {
  const { notification, attempts, failure } = story;
  const { status, expiresAt } = notification;
  if (isForgotten(notification)) return nothing("forgotten");
  switch (status) {
    case "pending":
      return nextOfPending(story, outlook, now);
    case "sending": {
      const running = attempts.findLast((attempt) => isRunning(story, attempt));
      return { type: "being-sent", at: null, since: running?.startedAt ?? null };
    }
    case "uncertain":
      return nextOfUncertain(notification, outlook, now);
    case "sent":
    case "delivered":
    case "read":
      return nextOfTold(notification, outlook);
    case "failed":
      return { type: "replay", at: null, possible: expiresAt === null || expiresAt > now, failure };
    case "cancelled":
      return nothing(whyCancelled(story));
    default:
      return nothing(status);
  }
}

/** Asks the state machine itself, so that both always say the same. */
function nextOfUncertain(notification: Notification, { policyOf }: Outlook, now: Date): NextStep {
  const { nextAttemptAt: at, template } = notification;
  if (at === null) return { type: "held", at };
  const context = { policy: policyOf(template), now, random: () => 0 };
  const after = step(notification, { type: "wait-over" }, context);
  return { type: "waits-for-receipt", at, afterwards: after?.status === "pending" ? "resend" : "give-up" };
}

function nextOfTold(notification: Notification, { transports }: Outlook): NextStep {
  const transport = transports.get(notification.channel);
  const awaited = transport && !transport.readWebhook ? [] : awaitedBy(notification);
  if (awaited.length > 0) return { type: "receipts", at: null, awaited };
  return nothing(notification.status === "read" ? "read" : "sent");
}

function awaitedBy({ status, content, acknowledgedAt }: Notification): AwaitedReceipt[] {
  const canBePressed = acknowledgedAt === null && content.buttons.some(({ type }) => type === "reply");
  return [
    ...(status === "sent" ? (["delivered"] as const) : []),
    ...(status === "read" ? [] : (["read"] as const)),
    ...(canBePressed ? (["acknowledged"] as const) : []),
  ];
}

function whyCancelled({ interventions }: Story): NothingBecause {
  const action = interventions.findLast(({ to }) => to === "cancelled")?.action;
  return action === "superseded" || action === "condition" || action === "unwanted" ? action : "cancelled";
}

function nothing(because: NothingBecause): NextStep {
  return { type: "nothing", at: null, because };
}
