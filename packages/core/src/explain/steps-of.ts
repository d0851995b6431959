import type { Attempt } from "../domain/attempt.js";
import type { Notification } from "../domain/notification.js";
import { attemptStepsOf, numberOf } from "./attempt-steps.js";
import type {
  AskedStep,
  ExplanationStep,
  InterventionStep,
  QueuedStep,
  ReceiptStep,
  StateStep,
} from "./explanation-step.js";
import { stateStepsOf } from "./state-steps.js";
import type { Story } from "./story.js";

/** What happened to a notification, in order of time, and of cause and effect within the same millisecond. */
export function stepsOf(story: Story): ExplanationStep[] {
  // Causes before effects: what has the same time and belongs to the same attempt stays in this order.
  const steps = [
    ...askedStepOf(story),
    queuedStepOf(story.notification),
    ...attemptStepsOf(story),
    ...receiptStepsOf(story),
    ...stateStepsOf(story),
    ...interventionStepsOf(story),
  ];
  return steps
    .map((step) => ({ step, round: roundOf(step, story.attempts) }))
    .sort((a, b) => a.step.at.getTime() - b.step.at.getTime() || a.round - b.round)
    .map(({ step }) => step);
}

/** The attempt that a step belongs to, or comes after. */
function roundOf(step: ExplanationStep, attempts: readonly Attempt[]): number {
  switch (step.type) {
    case "asked":
    case "queued":
      return 0;
    case "attempt-started":
    case "attempt-ended":
      return step.number;
    case "receipt":
      return step.number ?? attempts.length;
    default:
      return attempts.filter(({ startedAt, endedAt }) =>
        leadsToSending(step) ? startedAt < step.at : (endedAt ?? startedAt) <= step.at,
      ).length;
  }
}

/** What a person has sent once more may be on its way in the same millisecond. */
function leadsToSending(step: InterventionStep | StateStep): boolean {
  return step.type === "intervention" ? step.to === "pending" : step.state === "replayed";
}

function askedStepOf({ batch }: Story): AskedStep[] {
  if (batch === null) return [];
  const { id: batchId, createdAt: at, origin, groupNames, namedUsers, idempotencyKey } = batch;
  return [{ type: "asked", at, batchId, origin, groupNames, namedUsers, idempotencyKey }];
}

function queuedStepOf(notification: Notification): QueuedStep {
  const { userId, groupNames, template, templateVersion, channel, priority } = notification;
  const { createdAt: at, notBefore, expiresAt, cancelKey, onlyIf } = notification;
  return {
    type: "queued",
    at,
    userId,
    groupNames,
    template,
    templateVersion,
    channel,
    priority,
    notBefore,
    expiresAt,
    cancelKey,
    onlyIf,
  };
}

function receiptStepsOf({ receipts, attempts }: Story): ReceiptStep[] {
  return receipts.map(({ attemptId, status, occurredAt, receivedAt: at, providerCode, message, button }) => {
    const number = numberOf(attempts, attemptId);
    return { type: "receipt", at, attemptId, number, status, occurredAt, providerCode, message, button };
  });
}

function interventionStepsOf({ interventions }: Story): InterventionStep[] {
  return interventions.map(({ action, from, to, reason, by, at }) => {
    return { type: "intervention", at, action, from, to, reason, by };
  });
}
