import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import type { LimiterFactory } from "./rate-limiter.js";
import type { WriteOptions } from "./storage.js";

/**
 * An alarm clock. May ring late, twice or not at all, never early; the claim makes a second ring
 * harmless, and the sweep finds what was never rung for.
 */
export interface Scheduler<Tx = unknown> {
  /** Where engines differ. */
  readonly capabilities: SchedulerCapabilities;

  /**
   * Begins to ring. An engine that cannot be reached is no reason to reject: it rings when it can be.
   * @throws {LifecycleError} It rings already.
   */
  start(handlers: SchedulerHandlers): Promise<void>;

  /**
   * Asks for a ring at `at`, or at once when that has passed. Works before `start`, without timers or connections of its
   * own: the ring may then come from another process, or be left to the sweep. With a transaction, an engine that can
   * enlists; one that cannot rings a moment later, because nobody sees the rows before the commit. Whatever goes
   * wrong, a transaction of the host's stays usable.
   *
   * Rejects at once when the engine is known to be away, and keeps nothing for later: the sweep finds the rows. Core itself
   * waits for no answer longer than a quarter of a second.
   */
  wake(ids: readonly string[], at: Date, options?: WriteOptions<Tx>): Promise<void>;

  /**
   * Rings `onTick` for each slot of a job's timetable, whether it is called before or after `start`. The same name again
   * replaces the timetable. Nothing is asked of the engine before `start`.
   */
  every(job: RecurringJob): Promise<void>;

  /** Resolves when the engine takes wake-ups; rejects with the reason why it does not. Asked for health checks. */
  ping(): Promise<void>;

  /** Stops ringing at once and waits up to `drainMs` for handlers that run. Harmless twice, and before `start`. */
  stop(options: { readonly drainMs: number }): Promise<void>;
}

export interface SchedulerCapabilities {
  /** A wake-up with a transaction commits with it, or not at all. */
  readonly transactionalWake: boolean;
  /** What one process asks for may ring in another. Otherwise processes that only queue leave all to the sweep. */
  readonly wakesOtherProcesses: boolean;
  /** Counts sends for all processes, where the host gives no `rateLimiter` of its own. `null`: each counts for itself. */
  readonly sharedPacing: LimiterFactory | null;
}

export interface SchedulerHandlers {
  /** These rows are due; none are named by a wake-up that cannot be read. Resolves when they have been taken on; rejections are logged. */
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
  /** What `cron` means in `timeZone`. Engines that read cron themselves differ about the days on which the clock changes. */
  readonly timetable: Timetable;
}

/** When the slots of one recurring job are. */
export interface Timetable {
  /** The first slot after `time`. `null`: there is none any more. */
  nextAfter(time: Date): Date | null;
  /** The last slot at or before `time`. `null`: there was none. */
  lastUpTo(time: Date): Date | null;
}
