import type { SkippedRecipient } from "../domain/batch.js";
import type { JsonObject } from "../domain/json.js";
import type { LocalTime } from "../domain/local-time.js";
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
  Condition extends string = string,
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
   * how many processes this is called. The same key with other context, metadata or related contact is an error; with
   * another time, priority, cancel key or condition it changes nothing, and what was queued first stays as it is.
   * @default none: every call is new
   */
  readonly idempotencyKey?: string;
  /** Do not send before. @default at once */
  readonly at?: Date | LocalTime;
  /** Do not send after; the notification ends as `expired`. @default never */
  readonly expiresAt?: Date | LocalTime;
  /** The name under which `notifications.cancel` finds these, and `supersedes` of a later call. @default none */
  readonly cancelKey?: string;
  /**
   * What waits under this cancel key is cancelled with this call: on the same channel, for the people who are queued by
   * it. Whoever is skipped, or was queued under the same idempotency key before, keeps what waits for them. @default none
   */
  readonly supersedes?: string;
  /** Name of the condition that is asked right before sending; its `false` cancels. @default sent in any case */
  readonly onlyIf?: Condition;
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

export interface QueueWarning {
  readonly warning: "empty-group";
  readonly groupName: string;
  readonly hint: string;
}
