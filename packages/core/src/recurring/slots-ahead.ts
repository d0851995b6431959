import type { Timer } from "../ports/clock.js";
import type { Runtime } from "../runtime.js";

/** What a scheduler rings for. */
export interface Tick {
  readonly job: string;
  readonly slot: Date;
}

/** Then the store is asked again: its clock may be set meanwhile, and Node's timers overflow after 24.8 days. */
const longestMs = 3_600_000;

/** Bounds the memory where a clock is years ahead. */
const mostOfOneJob = 10_000;

/**
 * Slots that a host with a fast clock rang for before they had come. Each is rung for again when the store says that it
 * comes, by a timer of its own: neither the transaction nor the scheduler is kept waiting.
 */
export class SlotsAhead {
  /** By job, and by the slot's time. */
  readonly #timers = new Map<string, Map<number, Timer>>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    private readonly runtime: Pick<Runtime, "clock" | "logger">,
    private readonly ring: (tick: Tick) => Promise<void>,
  ) {}

  /** One timer for each slot, however often it is rung for. Of one job, 10,000 slots wait at most. */
  wait(tick: Tick, dueInMs: number): void {
    const { clock, logger } = this.runtime;
    const timers = this.#timers.get(tick.job) ?? new Map<number, Timer>();
    const slotMs = tick.slot.getTime();
    if (this.#stopped || timers.has(slotMs) || timers.size >= mostOfOneJob) return;
    // Once until it has caught up, not for each slot.
    if (timers.size === 0)
      logger.warn(
        { ...tick, dueInMs },
        "this host's clock is ahead of the store's: slots of the job wait for the store's. Set the clock.",
      );
    this.#timers.set(tick.job, timers);
    const timer = clock.setTimer(
      () => {
        timers.delete(slotMs);
        this.run(tick, () => this.ring(tick));
      },
      Math.min(dueInMs, longestMs),
    );
    timers.set(slotMs, timer);
  }

  /** What waits of this job is not rung for any more. */
  forget(job: string): void {
    for (const timer of this.#timers.get(job)?.values() ?? []) timer.cancel();
    this.#timers.delete(job);
  }

  /** Forgets all that waits, for good, and waits up to `drainMs` for jobs that run. */
  async stop(drainMs: number): Promise<void> {
    this.#stopped = true;
    for (const job of this.#timers.keys()) this.forget(job);
    if (this.#running.size === 0) return;
    const tooLong = Promise.withResolvers<void>();
    const timer = this.runtime.clock.setTimer(tooLong.resolve, drainMs);
    await Promise.race([Promise.all(this.#running), tooLong.promise]);
    timer.cancel();
  }

  /** Runs a job that nobody waits for but `stop`. */
  run(tick: Tick, job: () => Promise<void>): void {
    const run = this.#guarded(tick, job).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #guarded(tick: Tick, job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (err) {
      this.runtime.logger.error({ err, ...tick }, "a recurring job failed");
    }
  }
}
