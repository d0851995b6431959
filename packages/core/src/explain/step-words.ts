import type { Origin } from "../domain/batch.js";
import type { FailureClass } from "../domain/failure.js";
import { quoted } from "../domain/foreign-words.js";
import type {
  AskedStep,
  AttemptEndedStep,
  AttemptStartedStep,
  ExplanationStep,
  QueuedStep,
  ReceiptStep,
} from "./explanation-step.js";
import { interventionWords } from "./intervention-words.js";
import { stateWords } from "./state-words.js";
import { listed } from "./wording.js";

/** What kind of step it is, in a word or two. */
export function stepLabel(step: ExplanationStep): string {
  switch (step.type) {
    case "attempt-started":
    case "attempt-ended":
      return `attempt ${step.number}`;
    case "intervention":
      return step.action;
    case "state":
      return step.state;
    default:
      return step.type;
  }
}

/** What happened in a step, for people. */
export function stepWords(step: ExplanationStep): string {
  switch (step.type) {
    case "asked":
      return askedWords(step);
    case "queued":
      return queuedWords(step);
    case "attempt-started":
      return startWords[step.fate];
    case "attempt-ended":
      return endWords(step);
    case "receipt":
      return receiptWords(step);
    case "intervention":
      return interventionWords(step);
    case "state":
      return stateWords(step);
  }
}

function askedWords({ batchId, origin, groupNames, namedUsers, idempotencyKey }: AskedStep): string {
  const people = namedUsers === 1 ? "1 person by user id" : `${namedUsers} people by user id`;
  const whom = [...groupNames, ...(namedUsers > 0 ? [people] : [])];
  const parts = [
    `by ${originWords(origin)}`,
    `in batch ${batchId}`,
    ...(whom.length > 0 ? [`for ${listed(whom)}`] : []),
    ...(idempotencyKey === null ? [] : [`under idempotency key ${idempotencyKey}`]),
  ];
  return parts.join(", ");
}

function originWords(origin: Origin | null): string {
  if (origin === null) return "the host's code";
  return origin.type === "event"
    ? `event ${origin.name} (${origin.id})`
    : `job ${origin.name} (slot ${origin.slot})`;
}

function queuedWords(step: QueuedStep): string {
  const { userId, groupNames, template, templateVersion, channel, priority } = step;
  const { notBefore, expiresAt, cancelKey, onlyIf } = step;
  const why = groupNames.length > 0 ? `in ${listed(groupNames)}` : "named by user id";
  const parts = [
    `for ${userId}, ${why}: ${template} version ${templateVersion} on ${channel}`,
    ...(priority === "normal" ? [] : [`${priority} priority`]),
    ...(notBefore === null ? [] : [`not before ${notBefore.toISOString()}`]),
    ...(expiresAt === null ? [] : [`expires at ${expiresAt.toISOString()}`]),
    ...(onlyIf === null ? [] : [`only if ${onlyIf}`]),
    ...(cancelKey === null ? [] : [`cancel key ${cancelKey}`]),
  ];
  return parts.join(", ");
}

const startWords: Record<AttemptStartedStep["fate"], string> = {
  ended: "begins",
  running: "begins, and is under way",
  vanished: "begins; its worker died or froze before the answer was stored",
};

function endWords({ outcome, durationMs, providerMessageId, ...said }: AttemptEndedStep): string {
  const after = durationMs === null ? "" : ` after ${durationMs} ms`;
  const named = providerMessageId === null ? "" : `, message id ${providerMessageId}`;
  return `${outcomeWords[outcome]}${after}${named}${saidWords(said)}`;
}

const outcomeWords: Record<"accepted" | FailureClass, string> = {
  accepted: "accepted by the provider",
  retry: "failed for now (retry)",
  "retry-later": "failed for a longer while (retry-later)",
  "permanent-recipient": "refused: not to this recipient (permanent-recipient)",
  "permanent-request": "refused: not this message (permanent-request)",
  template: "refused: not this template (template)",
  sender: "refused: nothing from this sender (sender)",
  uncertain: "unanswered: it may have arrived or not (uncertain)",
  quarantined: "given up (quarantined)",
};

function receiptWords({ status, button, occurredAt, at, number, ...said }: ReceiptStep): string {
  const what = status === "acknowledged" ? `pressed ${button ? quoted(button.label) : "a button"}` : status;
  const attempt = number === null ? "" : ` (attempt ${number})`;
  const isLater = occurredAt.getTime() !== at.getTime();
  const when = isLater ? `, at ${occurredAt.toISOString()} by the provider's clock` : "";
  return `${what}${attempt}${when}${saidWords(said)}`;
}

function saidWords({ providerCode, message }: Pick<ReceiptStep, "providerCode" | "message">): string {
  const code = providerCode === null ? "" : `, code ${providerCode}`;
  return message === null || message === "" ? code : `${code}: ${quoted(message)}`;
}
