import {
  type Clock,
  InvalidOptionsError,
  LifecycleError,
  type RecurringJob,
  type Scheduler,
  type SchedulerHandlers,
  systemClock,
} from "@callboard/core/adapter";
import { type Engine, hostEngine, ownEngine } from "./engine.js";
import { executorOf } from "./executor-of.js";
import { Running } from "./running.js";
import type { KnownTransaction, PgBossLike, PgQueryable, SqlExecutor } from "./slivers.js";
import { WakeQueue } from "./wake-queue.js";

/** Where the queue is: in a boss that the host has, or in one that is made on the host's pool. */
export type PgBossSchedulerOptions = (OnBoss | OnPool) & {
  /** Name of the queue: letters, digits and `_.-/`. Processes that share one ring for each other. @default "callboard" */
  readonly queue?: string;
};

export interface OnBoss {
  /** The host's own `PgBoss`. The host starts it, stops it, and listens for its errors. */
  readonly boss: PgBossLike;
  readonly pool?: never;
  readonly schema?: never;
}

export interface OnPool {
  /** The host's own `Pool` of `pg`. Nothing else connects; a process that never starts makes no timers either. */
  readonly pool: PgQueryable;
  /** Where pg-boss keeps its tables; made by the first process that starts. @default "pgboss" */
  readonly schema?: string;
  readonly boss?: never;
}

/** For transactions of another kind. */
export interface ExecutorOption<Tx> {
  /** Runs SQL within the transaction, for example `(transaction) => fromDrizzle(transaction, sql)` of pg-boss. */
  readonly executor: (transaction: Tx) => SqlExecutor;
}

/**
 * Rings through a queue of pg-boss. A wake-up with a transaction commits with it, and whatever goes wrong with it leaves
 * the transaction as it was.
 *
 * Transactions may be Kysely's, a client of `pg`, or anything with pg-boss's `executeSql`, on the database of the queue.
 *
 * @throws {InvalidOptionsError}
 */
export function pgBossScheduler(options: PgBossSchedulerOptions): Scheduler<KnownTransaction>;
export function pgBossScheduler<Tx>(options: PgBossSchedulerOptions & ExecutorOption<Tx>): Scheduler<Tx>;
export function pgBossScheduler(
  options: PgBossSchedulerOptions & Partial<ExecutorOption<KnownTransaction>>,
): Scheduler<KnownTransaction> {
  const { queue: name = "callboard", executor = executorOf } = options;
  const engine = engineOf(options);
  const queue = new WakeQueue(checkedName(name), engine.boss);
  /** Kept over `stop`, so that a scheduler that is started again goes on. */
  const jobs = new Map<string, RecurringJob>();
  let running: Running | null = null;
  let engineFree: Promise<void> = Promise.resolve();
  let clock: Clock = systemClock;

  return {
    capabilities: { transactionalWake: true, wakesOtherProcesses: true, sharedPacing: null },

    async start(handlers: SchedulerHandlers) {
      if (running) {
        throw new LifecycleError(
          "The scheduler has been started already. Call stop() before starting it again.",
        );
      }
      clock = handlers.clock;
      running = new Running(engine, queue, handlers, engineFree);
      await running.start(jobs.values());
    },

    async wake(ids, at, { transaction } = {}) {
      const startAfter = at > clock.now() ? at : null;
      await queue.wake(ids, startAfter, transaction === undefined ? null : executor(transaction));
    },

    async every(job) {
      jobs.set(job.name, job);
      running?.every(job);
    },

    async ping() {
      const { rows } = await engine.boss
        .getDb()
        .executeSql("select current_setting('transaction_read_only') as read_only");
      if (isReadOnly(rows[0])) {
        const message = "PostgreSQL takes no writes here: it is a standby, or read-only.";
        throw Object.assign(new Error(message), { code: readOnlyTransaction });
      }
    },

    async stop({ drainMs }) {
      if (!running) return;
      const stopping = running.stop(drainMs);
      engineFree = running.ended;
      running = null;
      await stopping;
    },
  };
}

/** The SQLSTATE that a write would fail with. */
const readOnlyTransaction = "25006";

function isReadOnly(row: unknown): boolean {
  return (row as { readonly read_only?: string } | undefined)?.read_only === "on";
}

function engineOf({ boss, pool, schema = "pgboss" }: PgBossSchedulerOptions): Engine {
  if (boss) return hostEngine(boss);
  if (pool) return ownEngine(pool, schema);
  throw new InvalidOptionsError("pgBossScheduler", "needs the `boss` or the `pool` of the host.");
}

function checkedName(name: string): string {
  if (/^[\w.\-/]+$/.test(name)) return name;
  throw new InvalidOptionsError(
    "pgBossScheduler.queue",
    `"${name}" is no name for a queue of pg-boss. Use letters, digits and _.-/ only.`,
  );
}
