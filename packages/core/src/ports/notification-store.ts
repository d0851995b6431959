import type { Attempt } from "../domain/attempt.js";
import type { Batch, NewBatch, SkippedRecipient } from "../domain/batch.js";
import type { Charge } from "../domain/charge.js";
import type { FailureClass } from "../domain/failure.js";
import type { Intervention, NewIntervention } from "../domain/intervention.js";
import type { NewNotification, Notification, NotificationStatus, Priority } from "../domain/notification.js";
import type { KeptReceipt, Receipt } from "../domain/receipt.js";
import type { Transition } from "../domain/transition.js";
import type { WriteOptions } from "./storage.js";

/** Keeps notifications with all that belongs to their story: batches, attempts, receipts, interventions. */
export interface NotificationStore<Tx = unknown> {
  /**
   * Writes new rows as `pending`. A row whose (template, idempotencyKey, userId, channel) exists already is not
   * written, and the one that exists is told of; of two racing callers one writes it.
   * Rows of one batch share their template, channel, related contact and cancel key; a call has no key twice for one
   * person.
   */
  insertMany(rows: readonly NewNotification[], options?: WriteOptions<Tx>): Promise<InsertResult>;

  /** Notes one call; a batch that is there already stays as it is. */
  saveBatch(batch: NewBatch, options?: WriteOptions<Tx>): Promise<void>;

  /** Notes who is not told, and why; a person who is noted already stays as they are. Up to 1,000 people. */
  saveSkipped(
    batchId: string,
    people: readonly SkippedRecipient[],
    options?: WriteOptions<Tx>,
  ): Promise<void>;

  /**
   * Takes back a batch with its rows and whom it skipped, in the transaction that wrote them: nobody else has seen them.
   */
  discardBatch(batchId: string, options: WriteOptions<Tx>): Promise<void>;

  /**
   * Takes due `pending` rows for one worker: status `sending`, the lease set. A row goes to one of any number of
   * racing callers; the others skip it without waiting. By priority, in the order given, then the longest due first.
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

  /**
   * Moves rows that still are as `from` says, with the interventions that moved them, and leaves the others. Returns the
   * notifications that moved.
   */
  settle(moves: readonly Move[], options?: WriteOptions<Tx>): Promise<Notification[]>;

  /** Unfinished rows under a cancel key, by id, `limit` at a time, starting behind `afterId`. */
  findCancellable(request: CancellableRequest, options?: WriteOptions<Tx>): Promise<Notification[]>;

  /**
   * Rows that only the clock can move: leases that ran out, uncertain rows whose wait is over, pending rows past
   * their expiry.
   */
  findOverdue(request: { readonly limit: number }): Promise<OverdueNotification[]>;

  /** How long the row that has waited longest is due, of those that `claim` would take. In ms; `null`: nothing is due. */
  oldestDue(request: DueRequest): Promise<number | null>;

  /**
   * Applies receipts in the order given, each matched by attempt id or else by provider message id. `reduce` is
   * called for each match, inside the store's transaction; `null` leaves the row as it is. Each match is kept as part of
   * the notification's story, once per attempt, status and time. Receipts without a match are parked, once each.
   */
  applyReceipts(receipts: readonly ChannelReceipt[], reduce: ReceiptReducer): Promise<ReceiptsResult>;

  /** Applies up to `limit` parked receipts that match by now, and drops them from the park. */
  applyParked(request: ParkedRequest, reduce: ReceiptReducer): Promise<Notification[]>;

  /** Drops receipts that were parked longer ago than this: other tools on the same number. Returns how many. */
  forgetParked(request: { readonly olderThanMs: number }): Promise<number>;

  /** Notifications by id, in no particular order; unknown ids are missing. */
  getMany(ids: readonly string[], options?: WriteOptions<Tx>): Promise<Notification[]>;

  /** The attempts of the given notifications, oldest first. */
  attemptsOf(notificationIds: readonly string[]): Promise<Attempt[]>;

  /** The matched receipts of the given notifications, in the order in which they came. */
  receiptsOf(notificationIds: readonly string[]): Promise<KeptReceipt[]>;

  /** What was decided about the given notifications, oldest first. */
  interventionsOf(notificationIds: readonly string[]): Promise<Intervention[]>;

  /** `null`: there is none of this id. */
  batch(id: string): Promise<Batch | null>;

  /** Why a batch skipped a person; `null`: it did not. Duplicates need not be noted. */
  skipped(request: { readonly batchId: string; readonly userId: string }): Promise<SkippedRecipient | null>;

  /** Newest first, `limit` at a time; pass `next` back for the following page. */
  page(request: PageRequest): Promise<NotificationPage>;

  /** How many of the notifications created in a period share a status, template, channel and failure. */
  count(period: Period): Promise<NotificationCount[]>;

  /** How many of the notifications created in a period share a channel, a template and a charge; of those with a charge. */
  countCharges(period: Period): Promise<ChargeCount[]>;

  /**
   * Looks at the `limit` oldest notifications behind `after` that were created longer ago than `olderThanMs`, and
   * deletes those that have been finished for as long, with their attempts, receipts and interventions. Nothing
   * unfinished is ever deleted. Rows that stay are passed over by the next call, which starts behind `next`. Up to
   * `limit` batches as old that have no notification (any more) go with them, and whom they skipped.
   */
  purge(request: PurgeRequest, options?: WriteOptions<Tx>): Promise<PurgeResult>;

  /**
   * Blanks what was sent to a person, and where: content and its fingerprint, address, metadata, the provider's ids and
   * words, the reasons of interventions. Their rows then belong to `pseudonym`, and stay as proof and for statistics;
   * what is unfinished ends as `cancelled`, and its open attempts are deleted. Neither whoever is sending it nor a
   * receipt nor a decision changes any of them again. That batches skipped them is deleted. Returns how many rows they had.
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

/** Which due rows are meant. */
export interface DueRequest {
  readonly channels: readonly string[];
  /** Templates to leave alone. */
  readonly pausedTemplates: readonly { readonly channel: string; readonly template: string }[];
}

export interface ClaimRequest extends Lease, DueRequest {
  /** Only rows of this template. @default of any */
  readonly template?: string;
  /** Looked through one after the other; a priority that is missing is left alone. */
  readonly priorities: readonly Priority[];
  readonly limit: number;
}

/** All conditions hold at once. */
export interface CancellableRequest {
  readonly cancelKey: string;
  /** @default on any */
  readonly channel?: string;
  /** Up to 1,000. @default everybody */
  readonly userIds?: readonly string[];
  /** A batch to leave alone. @default none */
  readonly exceptBatchId?: string;
  /** @default from the first */
  readonly afterId?: string;
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
  /** Kept with the step, if it is taken. @default the step is nobody's decision */
  readonly intervention?: NewIntervention;
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
  /** Together with `userId` alone. */
  readonly idempotencyKey?: string;
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

export interface ChargeCount {
  readonly channel: string;
  readonly template: string;
  readonly charge: Charge;
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
