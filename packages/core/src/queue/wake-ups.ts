import { setImmediate as nextTurn } from "node:timers/promises";
import { outsideOrigin } from "../origin.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";

/** What is done about rows once they can be seen: after the commit. */
export interface WakeUps<Tx> {
  ring(ids: readonly string[], at: Date, options: WriteOptions<Tx>): Promise<void>;
  /** Runs `task` after the commit of a transaction that we opened; at once in the host's own, whose end we do not see. */
  afterCommit(task: () => void, options: WriteOptions<Tx>): void;
  /** Runs `work` in a transaction, and rings after its commit for what was queued within. */
  transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result>;
}

/** No scheduler is handed more ids at once: each is a row, a message or an argument there. */
const mostIds = 1_000;

export function createWakeUps<Tx>({ storage, scheduler, logger }: Runtime<Tx>): WakeUps<Tx> {
  /** What waits for the commit of a transaction that we opened. */
  const waiting = new Map<Tx, (() => void | Promise<void>)[]>();

  function waitingFor({ transaction }: WriteOptions<Tx>) {
    return transaction === undefined ? undefined : waiting.get(transaction);
  }

  /** The rows are committed, and the sweep finds them: a scheduler that is down must not fail the caller. */
  async function ringNow(ids: readonly string[], at: Date, options: WriteOptions<Tx>): Promise<void> {
    let rung = 0;
    try {
      for (; rung < ids.length; rung += mostIds) {
        if (rung > 0) await nextTurn();
        const slice = ids.slice(rung, rung + mostIds);
        // What the ring sets going is for whatever is due, and no part of the event that queued these.
        await outsideOrigin(() => scheduler.wake(slice, at, options));
      }
    } catch (err) {
      // Not one slice after another: a scheduler that is down may take its time to say so.
      logger.warn(
        { err, count: ids.length - rung },
        "the scheduler took no wake-up; the sweep will find these notifications",
      );
    }
  }

  return {
    async ring(ids, at, options) {
      const later = waitingFor(options);
      if (later) later.push(() => ringNow(ids, at, {}));
      else await ringNow(ids, at, options);
    },
    afterCommit(task, options) {
      const later = waitingFor(options);
      if (later) later.push(task);
      else task();
    },
    async transaction(work) {
      const tasks: (() => void | Promise<void>)[] = [];
      const result = await storage.transaction(async (transaction) => {
        waiting.set(transaction, tasks);
        try {
          return await work(transaction);
        } finally {
          waiting.delete(transaction);
        }
      });
      for (const task of tasks) await task();
      return result;
    },
  };
}
