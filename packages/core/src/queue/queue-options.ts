import type { WriteOptions } from "../ports/storage.js";

/** How a call of `queueNotificationsToUsers` is written. */
export interface QueueOptions<Tx> extends WriteOptions<Tx> {
  /**
   * `"once"` writes everybody in one transaction. `"each-page"` commits every 1,000 people by themselves, and rings for
   * them at once: for calls to so many people that one transaction would hold its locks for too long.
   *
   * `"each-page"` needs an `idempotencyKey`. A call that ends in the middle, by an error or with its process, leaves the
   * people of the pages that were committed queued; the same call with the same key queues the others, and nobody is
   * told twice. A conflict of the key shows when a page meets it: nothing of that page is left, the pages before it
   * stay. It cannot be combined with `transaction`.
   *
   * @default "once"
   */
  readonly commit?: "once" | "each-page";

  /**
   * Called after each page of up to 1,000 people, before the next one begins; a promise is awaited. What it throws
   * or rejects with ends the call with that very error, and undoes what is not committed: a way to stop.
   *
   * With `"once"` it runs inside the transaction, and starts again from the first page when the transaction is repeated.
   */
  readonly onProgress?: (progress: QueueProgress) => unknown;
}

/** How far a call has come. */
export interface QueueProgress {
  /** As in the result. */
  readonly batchId: string;
  /** People queued so far. */
  readonly queued: number;
  /** People skipped so far, duplicates included. */
  readonly skipped: number;
}
