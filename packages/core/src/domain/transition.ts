import type { Charge } from "./charge.js";
import type { Failure, Notification, NotificationStatus } from "./notification.js";
import type { PressedButton } from "./receipt.js";

/**
 * One step of a notification's life, ready to be stored. Stores write it as it is; every rule about it is in
 * `step.ts` and what it calls.
 */
export interface Transition {
  readonly status: NotificationStatus;
  /** When the clock moves the row next, from now by the store's clock. `null`: never by itself. */
  readonly dueInMs: number | null;
  readonly attempts: number;
  readonly crashes: number;
  readonly uncertainties: number;
  readonly failure: Failure | null;
  /** `null` keeps the one that is stored. */
  readonly providerMessageId: string | null;
  /**
   * Times that somebody else knows better than the store's clock. A state that is entered without one is stamped by
   * the store. A stamp that is there already is never overwritten, save `failedAt` and `uncertainAt`.
   */
  readonly stamps: Partial<Record<"sentAt" | "deliveredAt" | "readAt" | "acknowledgedAt", Date>>;
  /** `null` keeps what is stored; what is stored stays. */
  readonly acknowledgedWith: PressedButton | null;
  /** `null` keeps what is stored; what is stored stays. */
  readonly charge: Charge | null;
  /** Begins a new life after `failed`: `replayedAt` is stamped by the store. */
  readonly replayed: boolean;
}

/** A step that keeps every counter and forgets the last failure; override what changes. */
export function stepTo(
  status: NotificationStatus,
  notification: Pick<Notification, "attempts" | "crashes" | "uncertainties">,
  changes: Partial<Transition> = {},
): Transition {
  return {
    status,
    dueInMs: null,
    attempts: notification.attempts,
    crashes: notification.crashes,
    uncertainties: notification.uncertainties,
    failure: null,
    providerMessageId: null,
    stamps: {},
    acknowledgedWith: null,
    charge: null,
    replayed: false,
    ...changes,
  };
}

/** The notification after a step at `now`. For stores that hold rows in memory; SQL stores say the same in SQL. */
export function applyTransition(before: Notification, transition: Transition, now: Date): Notification {
  const { status, dueInMs, stamps, providerMessageId, attempts, crashes, uncertainties, failure } =
    transition;
  const entered = (state: NotificationStatus) => (status === state ? now : null);
  return {
    ...before,
    status,
    attempts,
    crashes,
    uncertainties,
    failure,
    providerMessageId: providerMessageId ?? before.providerMessageId,
    nextAttemptAt: dueInMs === null ? null : new Date(now.getTime() + dueInMs),
    sentAt: before.sentAt ?? stamps.sentAt ?? entered("sent"),
    deliveredAt: before.deliveredAt ?? stamps.deliveredAt ?? entered("delivered"),
    readAt: before.readAt ?? stamps.readAt ?? entered("read"),
    acknowledgedAt: before.acknowledgedAt ?? stamps.acknowledgedAt ?? null,
    acknowledgedWith: before.acknowledgedWith ?? transition.acknowledgedWith,
    charge: before.charge ?? transition.charge,
    failedAt: entered("failed") ?? before.failedAt,
    uncertainAt: entered("uncertain") ?? before.uncertainAt,
    cancelledAt: entered("cancelled") ?? before.cancelledAt,
    expiredAt: entered("expired") ?? before.expiredAt,
    replayedAt: transition.replayed ? now : before.replayedAt,
  };
}
