import type { WriteOptions } from "./storage.js";

/** Remembers which slot of a recurring job ran last, so that each runs once however many processes ring. */
export interface RecurringStore<Tx = unknown> {
  /**
   * A compare-and-set: moves the job's mark to `slot` if it stands before it. Exactly one of any number of callers
   * gets `true`; a slot at or before the mark is over. Give the transaction that does the job's work,
   * and both happen or neither.
   */
  claimSlot(job: string, slot: Date, options?: WriteOptions<Tx>): Promise<boolean>;
}
