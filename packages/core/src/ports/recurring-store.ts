import type { WriteOptions } from "./storage.js";

/** Remembers which slot of a recurring job ran last, so that each runs once however many processes ring. */
export interface RecurringStore<Tx = unknown> {
  /**
   * A compare-and-set: moves the job's mark to `slot` if it stands before it and the slot has come by the store's clock.
   * Exactly one of any number of callers is told `claimed`. A slot at or before the mark is `over`. One that is more than
   * {@link slotToleranceMs} away is `ahead`, and leaves the mark where it is: the caller's clock is fast, and a mark
   * that it moved would take the slots before it from everybody. Give the transaction that does the job's work, and
   * both happen or neither.
   */
  claimSlot(job: string, slot: Date, options?: WriteOptions<Tx>): Promise<SlotClaim>;
}

/** Whether a slot is the caller's to run. */
export type SlotClaim =
  | {
      readonly type: "claimed";
      /** Where the mark stood; `null`: the job has never run. The slots in between ran nowhere. */
      readonly previous: Date | null;
      /** For how long it has been due, by the store's clock. Below 0 while it is about to come. */
      readonly lateMs: number;
    }
  | { readonly type: "over" }
  /** Comes in `dueInMs`, by the store's clock; above 0. */
  | { readonly type: "ahead"; readonly dueInMs: number };

/** How much of a slot may still be to come when it is claimed: timers ring a moment early, and clocks differ a little. */
export const slotToleranceMs = 1_000;
