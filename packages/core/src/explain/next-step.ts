import type { Failure } from "../domain/notification.js";

/**
 * What becomes of a notification next. `at` is when, and `null` where no time is set. Whatever waits to be sent ends as
 * expired instead when its `expiresAt` comes first.
 */
export type NextStep =
  /** It was asked for at this time. */
  | { readonly type: "waits-for-time"; readonly at: Date }
  /** It was put off to this time without having been sent, so that no more are sent at once than the channel takes. */
  | { readonly type: "paced"; readonly at: Date }
  | RetryStep
  | PausedStep
  | DueStep
  /** Its time will be over, or is over already, before it can be sent. */
  | { readonly type: "expires"; readonly at: Date }
  /** A worker holds it. `since`: when it began to send, and `null` if it has not yet. */
  | { readonly type: "being-sent"; readonly at: null; readonly since: Date | null }
  /** Nobody knows whether it arrived. `afterwards` is what happens if no receipt comes until then. */
  | { readonly type: "waits-for-receipt"; readonly at: Date; readonly afterwards: "resend" | "give-up" }
  /** Nobody knows whether it arrived, and only a receipt or `notifications.resolve` settles it. */
  | { readonly type: "held"; readonly at: null }
  /** The person was told. The provider may still report these. */
  | { readonly type: "receipts"; readonly at: null; readonly awaited: readonly AwaitedReceipt[] }
  /** Given up. `possible`: `notifications.replay` can send it again; it cannot once `expiresAt` has passed. */
  | {
      readonly type: "replay";
      readonly at: null;
      readonly possible: boolean;
      readonly failure: Failure | null;
    }
  | { readonly type: "nothing"; readonly at: null; readonly because: NothingBecause };

/** `acknowledged`: a press of a reply button. */
export type AwaitedReceipt = "delivered" | "read" | "acknowledged";

/** It failed in a way that may pass, and is sent again. */
export interface RetryStep {
  readonly type: "retries";
  readonly at: Date;
  /** The number of the attempt that comes, over the whole life of the notification. */
  readonly attempt: number;
  /** How many attempts count so far. Those on which nobody answered, or that the sender spoilt, do not. */
  readonly counted: number;
  readonly maxAttempts: number;
  readonly failure: Failure;
}

/** Its channel, or its template on this channel, is not sent for the time being. */
export interface PausedStep {
  readonly type: "paused";
  /** When the pause runs out. */
  readonly at: Date;
  /** `null`: the whole channel. */
  readonly template: string | null;
  readonly reason: string;
  /** It has run out already: one message tells whether the others may follow. */
  readonly probing: boolean;
}

/** It could be sent at this moment. */
export interface DueStep {
  readonly type: "due";
  /** Since when. */
  readonly at: Date;
  /** By this process's clock. */
  readonly waitedMs: number;
  /** This process has a transport for its channel. */
  readonly channelKnown: boolean;
}

/**
 * `sent`: the channel reports nothing about what it has accepted. `unwanted`: the person wanted none of it any more when it
 * was about to be sent. `forgotten`: the person was.
 */
export type NothingBecause =
  | "sent"
  | "read"
  | "cancelled"
  | "superseded"
  | "condition"
  | "unwanted"
  | "expired"
  | "forgotten";
