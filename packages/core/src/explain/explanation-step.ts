import type { Attempt } from "../domain/attempt.js";
import type { Batch } from "../domain/batch.js";
import type { Intervention } from "../domain/intervention.js";
import type { Failure, Notification, NotificationStatus } from "../domain/notification.js";
import type { KeptReceipt } from "../domain/receipt.js";

/** One thing that happened to a notification. `at` is by the store's clock, save for states that a receipt dated. */
export type ExplanationStep =
  | AskedStep
  | QueuedStep
  | AttemptStartedStep
  | AttemptEndedStep
  | ReceiptStep
  | InterventionStep
  | StateStep;

/** The call that asked for it. Missing where no record of the call was kept. */
export interface AskedStep extends Pick<Batch, "origin" | "groupNames" | "namedUsers" | "idempotencyKey"> {
  readonly type: "asked";
  readonly at: Date;
  readonly batchId: string;
}

/** It was written, for one person. */
export interface QueuedStep
  extends Pick<
    Notification,
    | "userId"
    | "groupNames"
    | "template"
    | "templateVersion"
    | "channel"
    | "priority"
    | "notBefore"
    | "expiresAt"
    | "cancelKey"
    | "onlyIf"
  > {
  readonly type: "queued";
  readonly at: Date;
}

/** The provider was about to be asked. */
export interface AttemptStartedStep {
  readonly type: "attempt-started";
  readonly at: Date;
  readonly attemptId: string;
  /** From 1, over the whole life of the notification. */
  readonly number: number;
  /** `vanished`: how it ended was never stored, because its worker died or froze. */
  readonly fate: "ended" | "running" | "vanished";
}

/** What the provider answered, or that it did not. Its words are without the address and the text of the message. */
export interface AttemptEndedStep
  extends Pick<Attempt, "providerCode" | "message" | "providerMessageId" | "durationMs"> {
  readonly type: "attempt-ended";
  readonly at: Date;
  readonly attemptId: string;
  readonly number: number;
  readonly outcome: NonNullable<Attempt["outcome"]>;
}

/** What the provider reported later. `at` is when that came, `occurredAt` when it happened by the provider's clock. */
export interface ReceiptStep
  extends Pick<KeptReceipt, "status" | "occurredAt" | "providerCode" | "message" | "button"> {
  readonly type: "receipt";
  readonly at: Date;
  readonly attemptId: string;
  /** `null`: the attempt is not known any more. */
  readonly number: number | null;
}

/** What a person, the host's code or its condition decided. */
export interface InterventionStep extends Pick<Intervention, "action" | "from" | "to" | "reason" | "by"> {
  readonly type: "intervention";
  readonly at: Date;
}

/** A state that it came into, where no other step says so. */
export interface StateStep {
  readonly type: "state";
  readonly at: Date;
  readonly state: NotificationStatus | "replayed";
  /** Why, as long as it is in this state. */
  readonly failure: Failure | null;
}
