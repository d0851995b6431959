import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import { Bell } from "./bell.js";

/** What is done about rows once they can be seen: after the commit. */
export interface WakeUps<Tx> {
  ring(ids: readonly string[], at: Date, options: WriteOptions<Tx>): Promise<void>;
  /** Runs `task` after the commit of a transaction that we opened; at once in the host's own, whose end we do not see. */
  afterCommit(task: () => void, options: WriteOptions<Tx>): void;
  /** Runs `work` in a transaction, and rings after its commit for what was queued within. */
  transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result>;
}

export function createWakeUps<Tx>(runtime: Runtime<Tx>): WakeUps<Tx> {
  const { storage, scheduler } = runtime;
  const bell = new Bell(runtime);
  /** What waits for the commit of a transaction that we opened. */
  const waiting = new Map<Tx, (() => void | Promise<void>)[]>();

  function waitingFor({ transaction }: WriteOptions<Tx>) {
    return transaction === undefined ? undefined : waiting.get(transaction);
  }

  return {
    async ring(ids, at, options) {
      const later = waitingFor(options);
      if (later && !scheduler.capabilities.transactionalWake) later.push(() => bell.ring(ids, at, {}));
      else await bell.ring(ids, at, options);
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
