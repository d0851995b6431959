import { LifecycleError } from "../errors/lifecycle-error.js";
import { Pacer } from "../pacing/pacer.js";
import type { RecurringJobs } from "../recurring/recurring-jobs.js";
import type { Runtime } from "../runtime.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { Dispatcher } from "./dispatcher.js";
import type { Pauses } from "./pauses.js";
import { Sweeper } from "./sweeper.js";

interface Running<Tx> {
  readonly dispatcher: Dispatcher<Tx>;
  readonly sweeper: Sweeper<Tx>;
}

/** How much longer than the sends themselves all of the stop may take. */
const unansweredMs = 3_000;

/** The part of a Callboard that runs between `start` and `stop`. */
export class Worker<Tx> {
  /** Outlives a stop: what the sender has sent counts on. */
  readonly #pacer: Pacer;
  #running: Running<Tx> | null = null;
  /** Each start waits for the stop before it, and each stop for the start. */
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly jobs: RecurringJobs<Tx>,
    private readonly options: DispatchOptions,
  ) {
    this.#pacer = new Pacer(runtime, runtime.rateLimiter);
  }

  async start(): Promise<void> {
    if (this.#running)
      throw new LifecycleError("Callboard has been started already. Call stop() before starting it again.");
    const dispatcher = new Dispatcher(this.runtime, this.pauses, this.#pacer, this.options);
    const sweeper = new Sweeper(this.runtime, dispatcher, this.pauses, this.options.sweepMs);
    const running = { dispatcher, sweeper };
    this.#running = running;
    this.#starting = this.#start(running);
    await this.#starting;
  }

  async stop(drainMs: number): Promise<void> {
    const running = this.#running;
    // Stopping twice is no mistake: two shutdown hooks may both mean well, and both wait for the end.
    if (running) {
      this.#running = null;
      this.#stopping = this.#stop(running, drainMs);
    }
    await this.#stopping;
  }

  async #start(running: Running<Tx>): Promise<void> {
    const { scheduler, templates, clock, logger } = this.runtime;
    try {
      await this.#stopping.catch(() => undefined);
      await Promise.all([templates.load(), this.#pacer.ready()]);
      const onTick = (tick: { readonly job: string; readonly slot: Date }) => this.jobs.tick(tick);
      await scheduler.start({ onWake: () => running.dispatcher.poke(), onTick, clock, logger });
      running.sweeper.start();
    } catch (error) {
      if (this.#running === running) this.#running = null;
      throw error;
    }
  }

  async #stop({ sweeper, dispatcher }: Running<Tx>, drainMs: number): Promise<void> {
    const { scheduler, transports } = this.runtime;
    await this.#starting.catch(() => undefined);
    await this.#within(
      drainMs + unansweredMs,
      Promise.all([
        ...[scheduler.stop({ drainMs }), this.jobs.stop(drainMs)],
        ...[sweeper.stop(), dispatcher.stop(drainMs)],
      ]),
    );
    await Promise.all([...transports.values()].map((transport) => transport.close?.()));
  }

  /** What a store leaves unanswered is fenced by its lease; it must not keep the process. */
  async #within(limitMs: number, work: Promise<unknown>): Promise<void> {
    const { clock, logger } = this.runtime;
    const late = Promise.withResolvers<void>();
    const timer = clock.setTimer(() => {
      logger.warn({}, "the store did not answer in time; stopped without it");
      late.resolve();
    }, limitMs);
    try {
      await Promise.race([work, late.promise]);
    } finally {
      timer.cancel();
    }
  }
}
