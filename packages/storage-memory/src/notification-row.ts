import type { NewNotification, Notification, NotificationStatus } from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";

/** A notification with what only its store needs to know. */
export interface NotificationRow extends Notification {
  readonly leaseToken: string | null;
  readonly leaseUntil: Date | null;
  /** Ties between rows of the same millisecond. */
  readonly sequence: number;
}

export function newRow(row: NewNotification, now: Date, sequence: number): NotificationRow {
  return {
    ...copyOf(row),
    status: "pending",
    nextAttemptAt: row.notBefore ?? now,
    attempts: 0,
    crashes: 0,
    uncertainties: 0,
    attemptId: null,
    providerMessageId: null,
    failure: null,
    createdAt: now,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    acknowledgedAt: null,
    acknowledgedWith: null,
    charge: null,
    failedAt: null,
    uncertainAt: null,
    cancelledAt: null,
    expiredAt: null,
    replayedAt: null,
    leaseToken: null,
    leaseUntil: null,
    sequence,
  };
}

const unfinished: readonly NotificationStatus[] = ["pending", "sending", "uncertain"];

/** The person may still be told. */
export function isUnfinished({ status }: Notification): boolean {
  return unfinished.includes(status);
}

/** Only what is blank has no fingerprint. */
export function isForgotten({ contentHash }: Notification): boolean {
  return contentHash === "";
}

/** Nobody holds it any more. */
export function isOver({ leaseUntil }: NotificationRow, now: Date): boolean {
  return leaseUntil === null || leaseUntil <= now;
}

/** What others may see, as a copy that they may keep. */
export function toNotification({ leaseToken, leaseUntil, sequence, ...row }: NotificationRow): Notification {
  return copyOf(row);
}
