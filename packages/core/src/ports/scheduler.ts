import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import type { WriteOptions } from "./storage.js";

/**
 * An alarm clock. May ring late, twice or not at all, never early; the claim makes a second ring
 * harmless, and the sweep finds what was never rung for.
 */
export interface Scheduler<Tx = unknown> {
  /** Begins to ring. @throws {LifecycleError} It rings already. */
  start(handlers: SchedulerHandlers): Promise<void>;

  /**
   * Asks for a ring at `at`, or at once when that has passed. Works before `start`: the ring may then come
   * from another process, or be left to the sweep. With a transaction, an engine that can enlists; one
   * that cannot rings a moment later, because nobody sees the rows before the commit.
   */
  wake(ids: readonly string[], at: Date, options?: WriteOptions<Tx>): Promise<void>;

  /**
   * Rings `onTick` for each slot of a job's timetable, whether it is called before or after `start`. The same name again
   * replaces the timetable.
   * @throws {InvalidOptionsError} The cron expression or the time zone cannot be used.
   */
  every(job: RecurringJob): Promise<void>;

  /** Stops ringing at once and waits up to `drainMs` for handlers that run. Harmless twice, and before `start`. */
  stop(options: { readonly drainMs: number }): Promise<void>;
}

export interface SchedulerHandlers {
  /** These rows are due. Resolves when they have been taken on; rejections are logged. */
  readonly onWake: (ids: readonly string[]) => Promise<void>;
  /** A slot has come. Every process may ring for it; the store picks one. */
  readonly onTick: (tick: { readonly job: string; readonly slot: Date }) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RecurringJob {
  readonly name: string;
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA name, for example `Africa/Harare`. */
  readonly timeZone: string;
}
