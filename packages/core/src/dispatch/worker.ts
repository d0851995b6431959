import { LifecycleError } from "../errors/lifecycle-error.js";
import { Pacer } from "../pacing/pacer.js";
import type { RecurringJobs } from "../recurring/recurring-jobs.js";
import type { Runtime } from "../runtime.js";
import { ReviewWatch } from "../templates/review/review-watch.js";
import type { KeptWebhooks } from "../webhooks/kept-webhooks.js";
import { Deadline } from "./deadline.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { Dispatcher } from "./dispatcher.js";
import { logWarnings } from "./log-warnings.js";
import type { Pauses } from "./pauses.js";
import { Sweeper } from "./sweeper.js";

interface Running<Tx> {
  readonly dispatcher: Dispatcher<Tx>;
  readonly sweeper: Sweeper<Tx>;
  readonly reviews: ReviewWatch<Tx>;
  /** When all of the stop must be over. */
  readonly deadline: Deadline;
  /** Resolves when it is told to stop. */
  readonly told: PromiseWithResolvers<void>;
}

/** What a process shares with the calls of its host, whether it works or not. */
interface WorkerParts<Tx> {
  readonly pauses: Pauses<Tx>;
  readonly jobs: RecurringJobs<Tx>;
  readonly webhooks: KeptWebhooks<Tx>;
}

/** How much longer than the sends themselves all of the stop may take. */
const unansweredMs = 3_000;

/** The part of a Callboard that runs between `start` and `stop`. */
export class Worker<Tx> {
  /** Outlives a stop: what the sender has sent counts on. */
  readonly #pacer: Pacer;
  #running: Running<Tx> | null = null;
  #ending: Running<Tx> | null = null;
  /** Each start waits for the stop before it, and each stop for the start. */
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly parts: WorkerParts<Tx>,
    private readonly options: DispatchOptions,
  ) {
    this.#pacer = new Pacer(runtime, runtime.rateLimiter);
  }

  /** How long ago a sweep last came to its end, in ms; `null`: this process does not sweep. */
  get lastSweepMs(): number | null {
    return this.#running?.sweeper.lastSweepMs ?? null;
  }

  /** Waits until what is started now has been stopped, or the stop that is under way is over. Rejects as `stop` does. */
  async ended(): Promise<void> {
    await this.#running?.told.promise;
    await this.#stopping;
  }

  async start(): Promise<void> {
    if (this.#running)
      throw new LifecycleError("Callboard has been started already. Call stop() before starting it again.");
    const { pauses, webhooks } = this.parts;
    const dispatcher = new Dispatcher(this.runtime, pauses, this.#pacer, this.options);
    const sweeper = new Sweeper(this.runtime, { dispatcher, pauses, webhooks }, this.options.sweepMs);
    const deadline = new Deadline(this.runtime.clock);
    const reviews = new ReviewWatch(this.runtime);
    const running = { dispatcher, sweeper, reviews, deadline, told: Promise.withResolvers<void>() };
    this.#running = running;
    this.#starting = this.#start(running);
    await this.#starting;
  }

  /** Stopping twice is no mistake: two shutdown hooks may both mean well. Both wait for the end, and the shorter time holds. */
  async stop(drainMs: number): Promise<void> {
    const running = this.#running;
    if (running) {
      this.#running = null;
      this.#ending = running;
      this.#stopping = this.#stop(running, drainMs);
      running.told.resolve();
    } else if (this.#ending) this.#hurry(this.#ending, drainMs);
    else return this.parts.webhooks.drain(drainMs);
    await this.#stopping;
  }

  async #start(running: Running<Tx>): Promise<void> {
    const { scheduler, templates, clock, logger } = this.runtime;
    try {
      await this.#stopping.catch(() => undefined);
      await Promise.all([templates.load(), this.#pacer.ready()]);
      const onTick = (tick: { readonly job: string; readonly slot: Date }) => this.parts.jobs.tick(tick);
      const handlers = { onWake: () => running.dispatcher.poke(), onTick, clock, logger };
      // Whoever is told to stop meanwhile begins nothing.
      if (this.#running !== running) return;
      await scheduler.start(handlers);
      if (this.#running !== running) return;
      logWarnings(this.runtime);
      running.sweeper.start();
      running.reviews.start();
      this.parts.jobs.start();
    } catch (error) {
      if (this.#running === running) this.#running = null;
      throw error;
    }
  }

  async #stop(running: Running<Tx>, drainMs: number): Promise<void> {
    const { deadline } = running;
    deadline.setIn(drainMs + unansweredMs);
    try {
      // What a store leaves unanswered is fenced by its lease; it must not keep the process.
      if ((await deadline.within(this.#drain(running, drainMs))) === "late")
        this.runtime.logger.warn({}, "the store did not answer in time; stopped without it");
    } finally {
      deadline.cancel();
      await this.#closeTransports();
      if (this.#ending === running) this.#ending = null;
    }
  }

  /** A part that fails keeps none of the others from coming to its end. */
  async #drain({ sweeper, dispatcher, reviews }: Running<Tx>, drainMs: number): Promise<void> {
    await this.#starting.catch(() => undefined);
    const parts = [
      ...[this.runtime.scheduler.stop({ drainMs }), this.parts.jobs.stop(drainMs)],
      ...[sweeper.stop(), dispatcher.stop(drainMs), reviews.stop()],
      this.parts.webhooks.drain(drainMs),
    ];
    await Promise.allSettled(parts);
    await Promise.all(parts);
  }

  async #closeTransports(): Promise<void> {
    const { transports } = this.runtime;
    await Promise.all([...transports.values()].map((transport) => transport.close?.()));
  }

  #hurry({ dispatcher, deadline }: Running<Tx>, drainMs: number): void {
    deadline.setIn(drainMs + unansweredMs);
    // Whoever stopped first hears of its failure.
    dispatcher.stop(drainMs).catch(() => undefined);
  }
}
