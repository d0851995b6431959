import {
  type Attempt,
  applyTransition,
  type Batch,
  type ChannelReceipt,
  type Intervention,
  type KeptReceipt,
  type NewNotification,
  type SkippedRecipient,
  type Transition,
} from "@callboard/core/adapter";
import type { Journal } from "./journal.js";
import type { NotificationRow } from "./notification-row.js";
import { Table } from "./table.js";

export interface AttemptRow extends Attempt {
  /** `null`: its person is forgotten, and nothing that is learnt later is for it. */
  readonly channel: string | null;
}

export interface ParkedRow extends ChannelReceipt {
  readonly parkedAt: Date;
}

export interface SkippedRow extends SkippedRecipient {
  readonly batchId: string;
}

/** Notifications and what belongs to them, with the look-ups that their verbs share. */
export class NotificationTables {
  readonly notifications = new Table<NotificationRow>();
  readonly attempts = new Table<AttemptRow>();
  /** Attempt ids by notification, oldest first. */
  readonly attemptsOf = new Table<readonly string[]>();
  readonly attemptByProviderId = new Table<string>();
  readonly byIdempotency = new Table<string>();
  readonly parked = new Table<ParkedRow>();
  /** By notification, in the order in which they were matched. */
  readonly receiptsOf = new Table<readonly KeptReceipt[]>();
  /** By notification, oldest first. */
  readonly interventionsOf = new Table<readonly Intervention[]>();
  readonly batches = new Table<Batch>();
  readonly skipped = new Table<SkippedRow>();
  #sequence = 0;

  /** Ties between rows of the same millisecond. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Writes a row under its idempotency key. */
  put(row: NotificationRow, journal?: Journal): void {
    this.notifications.set(row.id, row, journal);
    const key = idempotencyKey(row);
    if (key !== null) this.byIdempotency.set(key, row.id, journal);
  }

  /** Takes a row out; its key is free again. */
  take(row: NotificationRow, journal?: Journal): void {
    this.notifications.delete(row.id, journal);
    const key = idempotencyKey(row);
    if (key !== null) this.byIdempotency.delete(key, journal);
  }

  /** The row that has this key already. */
  existing(row: NewNotification): NotificationRow | undefined {
    const key = idempotencyKey(row);
    const id = key === null ? undefined : this.byIdempotency.get(key);
    return id === undefined ? undefined : this.notifications.get(id);
  }

  /** Takes a step, which ends the lease. */
  move(row: NotificationRow, transition: Transition, now: Date, journal?: Journal): NotificationRow {
    const moved = { ...row, ...applyTransition(row, transition, now), leaseToken: null, leaseUntil: null };
    this.notifications.set(row.id, moved, journal);
    return moved;
  }

  /** Oldest first. */
  attemptRowsOf(notificationId: string): AttemptRow[] {
    const ids = this.attemptsOf.get(notificationId) ?? [];
    return ids.flatMap((id) => this.attempts.get(id) ?? []);
  }

  saveAttempt(attempt: AttemptRow, journal?: Journal): void {
    this.attempts.set(attempt.id, attempt, journal);
    const key = providerKey(attempt);
    if (key !== null) this.attemptByProviderId.set(key, attempt.id, journal);
  }

  removeAttempt(attempt: AttemptRow, journal?: Journal): void {
    this.attempts.delete(attempt.id, journal);
    const key = providerKey(attempt);
    if (key !== null) this.attemptByProviderId.delete(key, journal);
  }

  /** Once, however often the provider reports it. */
  keepReceipt(receipt: KeptReceipt): void {
    const { notificationId, attemptId, status, occurredAt } = receipt;
    const kept = this.receiptsOf.get(notificationId) ?? [];
    const isKept = kept.some(
      (one) =>
        one.attemptId === attemptId &&
        one.status === status &&
        one.occurredAt.getTime() === occurredAt.getTime(),
    );
    if (!isKept) this.receiptsOf.set(notificationId, [...kept, receipt]);
  }

  addIntervention(intervention: Intervention, journal?: Journal): void {
    const { notificationId } = intervention;
    const before = this.interventionsOf.get(notificationId) ?? [];
    this.interventionsOf.set(notificationId, [...before, intervention], journal);
  }

  /** With whom they skipped. */
  removeBatches(ids: ReadonlySet<string>, journal?: Journal): void {
    for (const id of ids) this.batches.delete(id, journal);
    for (const [key, { batchId }] of [...this.skipped.entries()]) {
      if (ids.has(batchId)) this.skipped.delete(key, journal);
    }
  }

  attemptFor({ channel, attemptId, providerMessageId }: ChannelReceipt): AttemptRow | undefined {
    const byId = attemptId === null ? undefined : this.attempts.get(attemptId);
    if (byId?.channel === channel) return byId;
    const key = providerKey({ channel, providerMessageId });
    const found = key === null ? undefined : this.attemptByProviderId.get(key);
    return found === undefined ? undefined : this.attempts.get(found);
  }
}

export function skipKey({ batchId, userId }: Pick<SkippedRow, "batchId" | "userId">): string {
  return JSON.stringify([batchId, userId]);
}

function idempotencyKey({ template, idempotencyKey: key, userId, channel }: NewNotification): string | null {
  return key === null ? null : JSON.stringify([template, key, userId, channel]);
}

// A separator that no channel's name may hold.
function providerKey({
  channel,
  providerMessageId,
}: Pick<AttemptRow, "channel" | "providerMessageId">): string | null {
  return channel === null || providerMessageId === null ? null : `${channel}:${providerMessageId}`;
}
