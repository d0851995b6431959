import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";

/** Rings for rows once they can be seen: after the commit. */
export interface WakeUps<Tx> {
  ring(ids: readonly string[], at: Date, options: WriteOptions<Tx>): Promise<void>;
  /** Runs `work` in a transaction, and rings after its commit for what was queued within. */
  transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result>;
}

interface WakeUp {
  readonly ids: readonly string[];
  readonly at: Date;
}

export function createWakeUps<Tx>({ storage, scheduler, logger }: Runtime<Tx>): WakeUps<Tx> {
  /** Rings that wait for the commit of a transaction that we opened. */
  const waiting = new Map<Tx, WakeUp[]>();

  /** The rows are committed, and the sweep finds them: a scheduler that is down must not fail the caller. */
  async function ringNow({ ids, at }: WakeUp, options: WriteOptions<Tx>): Promise<void> {
    if (ids.length === 0) return;
    try {
      await scheduler.wake(ids, at, options);
    } catch (err) {
      logger.warn(
        { err, count: ids.length },
        "the scheduler took no wake-up; the sweep will find these notifications",
      );
    }
  }

  return {
    async ring(ids, at, options) {
      const later = options.transaction === undefined ? undefined : waiting.get(options.transaction);
      if (later) later.push({ ids, at });
      else await ringNow({ ids, at }, options);
    },
    async transaction(work) {
      const wakeUps: WakeUp[] = [];
      const result = await storage.transaction(async (transaction) => {
        waiting.set(transaction, wakeUps);
        try {
          return await work(transaction);
        } finally {
          waiting.delete(transaction);
        }
      });
      for (const wakeUp of wakeUps) await ringNow(wakeUp, {});
      return result;
    },
  };
}
