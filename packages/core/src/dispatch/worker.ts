import { LifecycleError } from "../errors/lifecycle-error.js";
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

/** The part of a Callboard that runs between `start` and `stop`. */
export class Worker<Tx> {
  #running: Running<Tx> | null = null;
  /** Each start waits for the stop before it, and each stop for the start. */
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly jobs: RecurringJobs<Tx>,
    private readonly options: DispatchOptions,
  ) {}

  async start(): Promise<void> {
    if (this.#running)
      throw new LifecycleError("Callboard has been started already. Call stop() before starting it again.");
    const dispatcher = new Dispatcher(this.runtime, this.pauses, this.options);
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
      await templates.load();
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
    await Promise.all([scheduler.stop({ drainMs }), sweeper.stop(), dispatcher.stop(drainMs)]);
    await Promise.all([...transports.values()].map((transport) => transport.close?.()));
  }
}
