import { type Attempt, applyTransition, type ChannelReceipt, type Transition } from "@callboard/core/adapter";
import type { Journal } from "./journal.js";
import type { NotificationRow } from "./notification-row.js";
import { Table } from "./table.js";

export interface AttemptRow extends Attempt {
  readonly channel: string;
}

export interface ParkedRow extends ChannelReceipt {
  readonly parkedAt: Date;
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

  /** Takes a step, which ends the lease. */
  move(row: NotificationRow, transition: Transition, now: Date, journal?: Journal): NotificationRow {
    const moved = { ...row, ...applyTransition(row, transition, now), leaseToken: null, leaseUntil: null };
    this.notifications.set(row.id, moved, journal);
    return moved;
  }

  saveAttempt(attempt: AttemptRow): void {
    this.attempts.set(attempt.id, attempt);
    if (attempt.providerMessageId !== null) {
      this.attemptByProviderId.set(providerKey(attempt.channel, attempt.providerMessageId), attempt.id);
    }
  }

  attemptFor({ channel, attemptId, providerMessageId }: ChannelReceipt): AttemptRow | undefined {
    const byId = attemptId === null ? undefined : this.attempts.get(attemptId);
    if (byId?.channel === channel) return byId;
    const found = this.attemptByProviderId.get(providerKey(channel, providerMessageId));
    return found === undefined ? undefined : this.attempts.get(found);
  }
}

// A separator that no channel's name may hold.
function providerKey(channel: string, providerMessageId: string): string {
  return `${channel}:${providerMessageId}`;
}
