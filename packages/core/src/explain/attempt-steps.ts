import type { Attempt } from "../domain/attempt.js";
import type { AttemptEndedStep, AttemptStartedStep } from "./explanation-step.js";
import type { Story } from "./story.js";

/** Each time that the provider was asked, and what it answered. */
export function attemptStepsOf(story: Story): (AttemptStartedStep | AttemptEndedStep)[] {
  return story.attempts.flatMap((attempt, index) => [
    startOf(story, attempt, index + 1),
    ...endOf(attempt, index + 1),
  ]);
}

/** Counted from 1; `null`: there is none of this id. */
export function numberOf(attempts: readonly Attempt[], attemptId: string | null): number | null {
  const index = attempts.findIndex(({ id }) => id === attemptId);
  return index < 0 ? null : index + 1;
}

/** A worker sends the newest attempt, and has not stored what became of it. */
export function isRunning({ notification, attempts }: Story, attempt: Attempt): boolean {
  if (attempt.endedAt !== null) return false;
  const known = numberOf(attempts, notification.attemptId) ?? 0;
  const number = numberOf(attempts, attempt.id) ?? 0;
  // The notification is read first: an attempt that it does not know yet has begun since.
  return number > known || (number === known && notification.status === "sending");
}

function startOf(story: Story, attempt: Attempt, number: number): AttemptStartedStep {
  const { id: attemptId, startedAt: at, endedAt } = attempt;
  const open = isRunning(story, attempt) ? "running" : "vanished";
  return { type: "attempt-started", at, attemptId, number, fate: endedAt === null ? open : "ended" };
}

function endOf(attempt: Attempt, number: number): AttemptEndedStep[] {
  const {
    id: attemptId,
    endedAt: at,
    outcome,
    providerCode,
    message,
    providerMessageId,
    durationMs,
  } = attempt;
  if (at === null || outcome === null) return [];
  return [
    {
      type: "attempt-ended",
      at,
      attemptId,
      number,
      outcome,
      providerCode,
      message,
      providerMessageId,
      durationMs,
    },
  ];
}
