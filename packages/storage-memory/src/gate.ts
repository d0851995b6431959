import { LifecycleError } from "@callboard/core/adapter";
import { Journal } from "./journal.js";

/** Handed to the host as its transaction; opaque to everyone but this package. */
export class MemoryTransaction {
  readonly journal = new Journal();
  open = true;
}

/**
 * Lets one transaction in at a time. Whoever comes without it waits until it has ended, so nobody sees
 * what is not committed.
 */
export class Gate {
  #last: Promise<unknown> = Promise.resolve();

  async transaction<Result>(work: (transaction: MemoryTransaction) => Promise<Result>): Promise<Result> {
    return this.#next(async () => {
      const transaction = new MemoryTransaction();
      try {
        return await work(transaction);
      } catch (error) {
        transaction.journal.rollBack();
        throw error;
      } finally {
        transaction.open = false;
      }
    });
  }

  /** Runs one verb, inside the given transaction or in its turn. */
  async run<Result>(
    transaction: MemoryTransaction | undefined,
    verb: (journal?: Journal) => Result,
  ): Promise<Result> {
    if (!transaction) return this.#next(async () => verb());
    if (!transaction.open) {
      throw new LifecycleError("This transaction has ended. Await every call inside it before it resolves.");
    }
    return verb(transaction.journal);
  }

  #next<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    // The queue goes on whether or not this one failed; its caller hears of the failure.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
