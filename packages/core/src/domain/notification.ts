/*
 * Glossary
 *
 * notification  one message to one person on one channel; the row everything turns on
 * batch         one call, with the notifications that it queued and the people whom it skipped
 * template      a name, a context schema (code), and versioned words (store)
 * group         a named set of user ids
 * contact       a person as Callboard knows them: user id, name, one address per channel
 * channel       the name of a transport: "whatsapp", "console"
 * transport     sends one message on one channel
 * scheduler     an alarm clock: rings when a notification is due
 * claim         the atomic step from "pending" to "sending"; one winner
 * lease         how long a claim holds; a worker that lost it changes nothing
 * attempt       one time the provider was asked; written before the first byte
 * receipt       what the provider reports later: delivered, read, failed
 * sweep         the periodic look for what is due or stuck; the guarantee of delivery
 * pause         nothing is claimed for a channel, or for one template of it, until a time
 * intervention  what a person, or the host's code, decided about a notification that was queued already
 */
import type { Charge } from "./charge.js";
import type { FailureClass } from "./failure.js";
import type { JsonObject } from "./json.js";
import type { PressedButton } from "./receipt.js";
import type { RenderedContent } from "./template.js";

/** Where a notification is in its life. The diagram is in `docs/guides/life-of-a-notification.md`. */
export type NotificationStatus =
  | "pending"
  | "sending"
  | "uncertain"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "cancelled"
  | "expired";

/** Claimed first to last. `high` overtakes everything that waits. */
export type Priority = "high" | "normal" | "low";

/**
 * What to do when a send's outcome stays unknown after the wait: send once more, keep it for a person
 * to decide, or give up.
 */
export type UncertainPolicy = "resend" | "hold" | "fail";

/** The customer, order or ticket that a notification is about; carried along, never contacted. */
export interface RelatedContact {
  readonly id: string;
  readonly name?: string;
}

/** Why a notification is not delivered (yet), in the words of the class, the provider, and a cure. */
export interface Failure {
  readonly failureClass: FailureClass;
  /** The provider's own code, verbatim, so that it can be searched in their documentation. */
  readonly providerCode: string | null;
  /** What happened. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint: string;
}

/** One message to one person on one channel. */
export interface Notification {
  readonly id: string;
  readonly batchId: string;
  readonly userId: string;
  readonly channel: string;
  /**
   * Where they were to be reached when it was queued, in the channel's own format; E.164 for phones. A transport that
   * routes sends to where they are to be reached by then.
   */
  readonly address: string;
  readonly template: string;
  /** The stored version that the content was rendered with. */
  readonly templateVersion: number;
  readonly status: NotificationStatus;
  readonly priority: Priority;
  readonly content: RenderedContent;
  readonly relatedContact: RelatedContact | null;
  readonly metadata: JsonObject | null;
  readonly idempotencyKey: string | null;
  /** Under this name it can be cancelled, or superseded, while it waits. */
  readonly cancelKey: string | null;
  /** Name of the condition that is asked right before sending. `null`: sent in any case. */
  readonly onlyIf: string | null;
  /** W3C `traceparent` of the call that queued it, where telemetry is on. */
  readonly traceParent: string | null;
  /** Fingerprint of what the caller asked for; tells a repeated call from a conflicting one. Empty once forgotten. */
  readonly contentHash: string;
  /** The groups through which this person was reached; empty when named by user id alone. */
  readonly groupNames: readonly string[];
  /** The time the caller asked for. `null`: at once. */
  readonly notBefore: Date | null;
  /** When the clock moves this row next. `null`: only a receipt or a person can. */
  readonly nextAttemptAt: Date | null;
  /** Not sent after this time. `null`: never expires. */
  readonly expiresAt: Date | null;
  /** How often the provider answered, at once or by a receipt; the retry policy counts these. */
  readonly attempts: number;
  /** How often a worker died or lost its lease while it held this; five quarantine it. */
  readonly crashes: number;
  /** How often the provider's answer was lost; "resend" allows one. Dead workers are in `crashes`. */
  readonly uncertainties: number;
  readonly onUncertain: UncertainPolicy;
  /** The attempt that decides the present state; `null` before the first. */
  readonly attemptId: string | null;
  readonly providerMessageId: string | null;
  readonly failure: Failure | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
  /** When the person first pressed a reply button, and which. */
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedWith: PressedButton | null;
  /** What the provider charges it as. `null`: it has not said, or does not. */
  readonly charge: Charge | null;
  readonly failedAt: Date | null;
  readonly uncertainAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly expiredAt: Date | null;
  /** When a person last had it sent once more after it had failed. */
  readonly replayedAt: Date | null;
}

/** A notification about to be written. Everything else starts at its beginning. */
export interface NewNotification
  extends Pick<
    Notification,
    | "id"
    | "batchId"
    | "userId"
    | "channel"
    | "address"
    | "template"
    | "templateVersion"
    | "priority"
    | "content"
    | "relatedContact"
    | "metadata"
    | "idempotencyKey"
    | "cancelKey"
    | "onlyIf"
    | "traceParent"
    | "contentHash"
    | "groupNames"
    | "notBefore"
    | "expiresAt"
    | "onUncertain"
  > {}
