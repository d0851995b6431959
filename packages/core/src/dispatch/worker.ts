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

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly jobs: RecurringJobs<Tx>,
    private readonly options: DispatchOptions,
  ) {}

  async start(): Promise<void> {
    if (this.#running)
      throw new LifecycleError("Callboard has been started already. Call stop() before starting it again.");
    const { scheduler, templates, clock, logger } = this.runtime;
    const dispatcher = new Dispatcher(this.runtime, this.pauses, this.options);
    const sweeper = new Sweeper(this.runtime, dispatcher, this.options.sweepMs);
    this.#running = { dispatcher, sweeper };
    try {
      await templates.load();
      const onTick = (tick: { readonly job: string; readonly slot: Date }) => this.jobs.tick(tick);
      await scheduler.start({ onWake: () => dispatcher.poke(), onTick, clock, logger });
      sweeper.start();
    } catch (error) {
      this.#running = null;
      throw error;
    }
  }

  async stop(drainMs: number): Promise<void> {
    const running = this.#running;
    // Stopping twice is no mistake: two shutdown hooks may both mean well.
    if (!running) return;
    this.#running = null;
    const { scheduler, transports } = this.runtime;
    await Promise.all([
      scheduler.stop({ drainMs }),
      running.sweeper.stop(),
      running.dispatcher.stop(drainMs),
    ]);
    await Promise.all([...transports.values()].map((transport) => transport.close?.()));
  }
}
