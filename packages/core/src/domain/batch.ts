/** One call of `queueNotificationsToUsers`, kept so that it can be told why somebody was told, or was not. */
export interface Batch {
  readonly id: string;
  readonly template: string;
  readonly templateVersion: number;
  readonly channel: string;
  /** The groups that were asked for, whoever was in them. */
  readonly groupNames: readonly string[];
  /** How many people were named by user id. */
  readonly namedUsers: number;
  readonly idempotencyKey: string | null;
  readonly cancelKey: string | null;
  /** What asked for it. `null`: the host's code, outside of any event or job. */
  readonly origin: Origin | null;
  readonly createdAt: Date;
}

/** What made the host's code queue: one of its events, or one slot of a recurring job. */
export type Origin =
  | { readonly type: "event"; readonly name: string; readonly id: string }
  /** The slot in ISO 8601. */
  | { readonly type: "job"; readonly name: string; readonly slot: string };

/** A batch about to be written; the store adds the time. */
export interface NewBatch extends Omit<Batch, "createdAt"> {}

/**
 * `unknown-user`: nobody has this id. `inactive`: the person is switched off. `no-contact`: the person has no address
 * on the channel, or one that cannot be stored. `opted-out`: the person asked for silence. `unreachable`: the provider
 * said not long ago that the address cannot be reached. `missing-value`: the template prints something about the person
 * that is not known. `unsendable`: the text made for the person breaks a rule of the channel, or cannot be stored.
 * `duplicate`: told already under this idempotency key.
 */
export type SkipReason =
  | "unknown-user"
  | "inactive"
  | "no-contact"
  | "opted-out"
  | "unreachable"
  | "missing-value"
  | "unsendable"
  | "duplicate";

/** Somebody who was asked for and is not told. */
export interface SkippedRecipient {
  readonly userId: string;
  readonly reason: SkipReason;
  /** What to do about it. */
  readonly hint: string;
}
