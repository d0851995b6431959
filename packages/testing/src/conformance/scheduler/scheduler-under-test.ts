import type { Scheduler, SchedulerCapabilities } from "@callboard/core/adapter";
import type { TimeControl } from "../time-control.js";

/**
 * A scheduler, what may be expected of it, and what can be done to its engine. A test that needs an ability which is
 * not given is not registered.
 */
export interface SchedulerUnderTest<Engine extends OpenScheduler = OpenScheduler> {
  /**
   * A scheduler that has not been started and has nothing to ring for, on an engine that can be reached. Called once per
   * test; give each a queue of its own, so that tests may run at the same time.
   */
  readonly open: () => Promise<Engine>;
  /** What the scheduler says of itself, and is held to. */
  readonly capabilities: Readonly<Record<keyof SchedulerCapabilities, boolean>>;
  /**
   * How late a wake-up may ring, and how long a call may take, in ms. A test goes on as soon as it has rung, so be generous
   * on real time: tests that run at the same time hold each other up.
   * @default 1_000
   */
  readonly latenessMs?: number;
  /** How late a slot may be rung for, in ms. @default `latenessMs` */
  readonly slotLatenessMs?: number;
  /** How far apart the slots of the suite's jobs are, in ms: an engine may know no slots within a minute. @default 2_000 */
  readonly slotsEveryMs?: 2_000 | 60_000;
  /** How long it may take until it rings again after `wipe` and after `cutOff`, in ms. @default `latenessMs` */
  readonly recoversWithinMs?: number;

  /** One more scheduler on the same engine, not started, as another process makes it. The suite stops it. */
  readonly another?: (engine: Engine) => Promise<Scheduler>;
  /**
   * Runs `work` in a transaction of the host's: commits, or rolls back and rejects when `work` rejects. Tells whether the
   * commit took, for one that follows a failed statement may roll back without a word: write a row of the host's before
   * `work`, and look for it afterwards. Needed when `transactionalWake` is true.
   */
  readonly transact?: (engine: Engine, work: (transaction: unknown) => Promise<void>) => Promise<boolean>;
  /** Takes away what wake-ups are put into, for instance the engine's table, so that a `wake` fails. */
  readonly loseQueue?: (engine: Engine) => Promise<void>;
  /** Empties the engine, as `FLUSHALL` and `TRUNCATE` do, while schedulers ring. */
  readonly wipe?: (engine: Engine) => Promise<void>;
  /** Puts into the engine's queue, due at once, what no version of the scheduler can read, and what an older one wrote. */
  readonly disturb?: (engine: Engine) => Promise<void>;
  /** Makes the engine unreachable for its schedulers. @returns what makes it reachable again. */
  readonly cutOff?: (engine: Engine) => Promise<() => Promise<void>>;
}

/** What `open` gives; an adapter's may hold more, for its abilities. */
export interface OpenScheduler {
  readonly scheduler: Scheduler;
  /** The schedulers' clock. */
  readonly time: TimeControl;
  /** Runs after every scheduler of the test has been stopped. */
  readonly close?: () => Promise<void>;
}
