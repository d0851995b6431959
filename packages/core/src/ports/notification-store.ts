import type { Attempt } from "../domain/attempt.js";
import type { FailureClass } from "../domain/failure.js";
import type { NewNotification, Notification, NotificationStatus } from "../domain/notification.js";
import type { Receipt } from "../domain/receipt.js";
import type { Transition } from "../domain/transition.js";
import type { WriteOptions } from "./storage.js";

/** Keeps notifications, their attempts, and receipts that came too early. */
export interface NotificationStore<Tx = unknown> {
  /**
   * Writes new rows as `pending`. A row whose (template, idempotencyKey, userId, channel) exists already is not
   * written, and the one that exists is told of; of two racing callers one writes it.
   * Rows of one batch share their template, channel and related contact; a call has no key twice for one person.
   */
  insertMany(rows: readonly NewNotification[], options?: WriteOptions<Tx>): Promise<InsertResult>;

  /** Takes back the rows of a batch, in the transaction that wrote them: nobody else has seen them. */
  discardBatch(batchId: string, options: WriteOptions<Tx>): Promise<void>;

  /**
   * Takes due `pending` rows for one worker: status `sending`, the lease set. A row goes to one of any number of
   * racing callers; the others skip it without waiting. High priority first, then the longest due.
   * Rows that have expired, of other channels, or of paused templates are left alone.
   */
  claim(request: ClaimRequest): Promise<Notification[]>;

  /**
   * Opens one attempt for each claimed row whose lease still holds, and returns the notification ids of those.
   * A row that is missing from the answer must not be sent. Call right before the first byte.
   */
  startAttempts(attempts: readonly AttemptStart[]): Promise<string[]>;

  /** Extends the leases that are still held under this token; returns the ids of those rows. */
  renew(lease: Lease): Promise<string[]>;

  /**
   * Closes attempts and moves their notifications. The attempt always keeps what was learnt; the
   * notification moves only if its lease still holds. Returns the notifications that moved.
   */
  record(results: readonly AttemptResult[]): Promise<Notification[]>;

  /** Moves rows that still are as `from` says, and leaves the others. Returns the notifications that moved. */
  settle(moves: readonly Move[]): Promise<Notification[]>;

  /**
   * Rows that only the clock can move: leases that ran out, uncertain rows whose wait is over, pending rows past
   * their expiry.
   */
  findOverdue(request: { readonly limit: number }): Promise<OverdueNotification[]>;

  /**
   * Applies receipts in the order given, each matched by attempt id or else by provider message id. `reduce` is
   * called for each match, inside the store's transaction; `null` leaves the row as it is. Receipts
   * without a match are parked, once each.
   */
  applyReceipts(receipts: readonly ChannelReceipt[], reduce: ReceiptReducer): Promise<ReceiptsResult>;

  /** Applies up to `limit` parked receipts that match by now, and drops them from the park. */
  applyParked(request: ParkedRequest, reduce: ReceiptReducer): Promise<Notification[]>;

  /** Drops receipts that were parked longer ago than this: other tools on the same number. Returns how many. */
  forgetParked(request: { readonly olderThanMs: number }): Promise<number>;

  /** Notifications by id, in no particular order; unknown ids are missing. */
  getMany(ids: readonly string[]): Promise<Notification[]>;

  /** The attempts of the given notifications, oldest first. */
  attemptsOf(notificationIds: readonly string[]): Promise<Attempt[]>;

  /** Newest first, `limit` at a time; pass `next` back for the following page. */
  page(request: PageRequest): Promise<NotificationPage>;

  /** How many of the notifications created in a period share a status, template, channel and failure. */
  count(period: Period): Promise<NotificationCount[]>;

  /**
   * Looks at the `limit` oldest notifications behind `after` that were created longer ago than `olderThanMs`, and
   * deletes those that have been finished for as long, with their attempts. Nothing unfinished is ever deleted.
   * Rows that stay are passed over by the next call, which starts behind `next`.
   */
  purge(request: PurgeRequest, options?: WriteOptions<Tx>): Promise<PurgeResult>;

  /**
   * Blanks what was sent to a person, and where: content and its fingerprint, address, metadata, the provider's ids and
   * words. Their rows then belong to `pseudonym`, and stay as proof and for statistics; what is unfinished ends as
   * `cancelled`, and its open attempts are deleted. Neither whoever is sending it nor a receipt changes any of them
   * again. Returns how many rows they had.
   */
  forget(
    person: { readonly userId: string; readonly pseudonym: string },
    options?: WriteOptions<Tx>,
  ): Promise<number>;
}

/** What became of each row handed to `insertMany`. */
export interface InsertResult {
  readonly insertedIds: readonly string[];
  /** The rows that were there before, under the same idempotency key. */
  readonly existing: readonly Pick<Notification, "id" | "userId" | "channel" | "status" | "contentHash">[];
}

/** A hold on claimed rows. Whoever presents another token changes nothing. */
export interface Lease {
  /** Random, new for every claim. */
  readonly token: string;
  /** How long from now. */
  readonly leaseMs: number;
}

export interface ClaimRequest extends Lease {
  readonly channels: readonly string[];
  /** Templates to leave alone. */
  readonly pausedTemplates: readonly { readonly channel: string; readonly template: string }[];
  readonly limit: number;
}

export interface AttemptStart {
  readonly id: string;
  readonly notificationId: string;
  readonly leaseToken: string;
}

export interface AttemptResult {
  readonly attemptId: string;
  readonly notificationId: string;
  readonly leaseToken: string;
  readonly outcome: NonNullable<Attempt["outcome"]>;
  readonly providerMessageId: string | null;
  readonly providerCode: string | null;
  readonly message: string | null;
  readonly durationMs: number;
  readonly transition: Transition;
}

/** A conditional step: taken only by a row that has not moved since it was read. */
export interface Move {
  readonly id: string;
  readonly from: {
    readonly status: NotificationStatus;
    readonly leaseToken: string | null;
    readonly attemptId: string | null;
    /** Only if the lease has run out meanwhile; a renewed one is left alone. */
    readonly leaseOver: boolean;
  };
  readonly transition: Transition;
}

export interface OverdueNotification {
  readonly notification: Notification;
  readonly leaseToken: string | null;
  /** An attempt of this row was started under the lost lease and never ended. */
  readonly attemptOpen: boolean;
}

export interface ChannelReceipt extends Receipt {
  readonly channel: string;
}

/** Decides what a receipt does to a notification. Synchronous and pure. */
export type ReceiptReducer = (notification: Notification, receipt: Receipt) => Transition | null;

export interface ReceiptsResult {
  /** Notifications that moved, as they are now. */
  readonly moved: readonly Notification[];
  /** How many were kept for later because nothing matches yet. */
  readonly parked: number;
}

export interface ParkedRequest {
  /** Only receipts for these provider message ids. Without it: any. */
  readonly providerMessageIds?: readonly string[];
  readonly limit: number;
}

/** All conditions hold at once. */
export interface PageRequest {
  readonly status?: NotificationStatus;
  readonly userId?: string;
  /** A group through which the person was reached. */
  readonly groupName?: string;
  readonly template?: string;
  readonly channel?: string;
  readonly batchId?: string;
  readonly relatedContactId?: string;
  /** Created at or after. */
  readonly from?: Date;
  /** Created before. */
  readonly until?: Date;
  /** 1–1,000. */
  readonly limit: number;
  /** Opaque; from the page before. */
  readonly after?: string;
}

/** From a time (inclusive) to another (exclusive). */
export interface Period {
  readonly from: Date;
  /** @default open */
  readonly until?: Date;
}

export interface NotificationCount {
  readonly status: NotificationStatus;
  readonly template: string;
  readonly channel: string;
  readonly failureClass: FailureClass | null;
  readonly providerCode: string | null;
  readonly count: number;
}

export interface PurgeRequest {
  /** By the store's clock. */
  readonly olderThanMs: number;
  /** 1–1,000: how many rows one call looks at. */
  readonly limit: number;
  /** Opaque; from the call before. */
  readonly after?: string;
}

export interface PurgeResult {
  readonly deleted: number;
  /** `null`: nothing older is left to look at. */
  readonly next: string | null;
}

export interface NotificationPage {
  readonly notifications: readonly Notification[];
  /** `null` on the last page. */
  readonly next: string | null;
}
