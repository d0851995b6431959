import type { JsonObject } from "../domain/json.js";
import type { Priority, RelatedContact, UncertainPolicy } from "../domain/notification.js";

/**
 * What to tell whom. The types of `template`, `context` and `channel` come from `createCallboard`.
 *
 * Text that some database cannot keep, with U+0000 or a lone surrogate in it, is refused wherever it stands. Ids, names
 * and keys have 1 to 255 characters.
 */
export interface QueueRequest<
  Name extends string = string,
  Context = unknown,
  Channel extends string = string,
> {
  readonly template: Name;
  /** What the template prints. Plain JSON that fits the template's schema. */
  readonly context: Context;
  /** People by the host's own ids. Together with `groupNames`, each person is told once. */
  readonly userIds?: readonly string[];
  /** Everyone in these groups. An unknown group is an error, an empty one a warning. */
  readonly groupNames?: readonly string[];
  /** @default the first transport of `createCallboard` */
  readonly channel?: Channel;
  /** The customer, order or ticket this is about. Kept with each notification, never contacted. */
  readonly relatedContact?: RelatedContact;
  /**
   * One key per event: for the same template, key, person and channel there is one notification, however often and from
   * how many processes this is called. The same key with other content is an error. @default none: every call is new
   */
  readonly idempotencyKey?: string;
  /** Do not send before. @default at once */
  readonly at?: Date;
  /** Do not send after; the notification ends as `expired`. @default never */
  readonly expiresAt?: Date;
  /** @default "normal" */
  readonly priority?: Priority;
  /** Kept with each notification, for the host's own use. Plain JSON. */
  readonly metadata?: JsonObject;
  /** When a send stays uncertain. @default "resend", once */
  readonly onUncertain?: UncertainPolicy;
}

export interface QueueResult {
  /** Shared by all notifications of this call. */
  readonly batchId: string;
  readonly queued: readonly QueuedNotification[];
  /** People who are not told, each with the reason. */
  readonly skipped: readonly SkippedRecipient[];
  /** What is probably not as meant, though nothing is wrong. */
  readonly warnings: readonly QueueWarning[];
}

export interface QueuedNotification {
  readonly id: string;
  readonly userId: string;
  readonly channel: string;
}

/**
 * `unknown-user`: nobody has this id. `inactive`: the person is switched off. `no-contact`: the person has no address
 * on the channel, or one that cannot be stored. `opted-out`: the person asked for silence. `missing-value`: the template
 * prints something about the person that is not known. `unsendable`: the text made for the person breaks a rule of the
 * channel, or cannot be stored. `duplicate`: told already under this idempotency key.
 */
export type SkipReason =
  | "unknown-user"
  | "inactive"
  | "no-contact"
  | "opted-out"
  | "missing-value"
  | "unsendable"
  | "duplicate";

export interface SkippedRecipient {
  readonly userId: string;
  readonly reason: SkipReason;
  /** What to do about it. */
  readonly hint: string;
}

export interface QueueWarning {
  readonly warning: "empty-group";
  readonly groupName: string;
  readonly hint: string;
}
