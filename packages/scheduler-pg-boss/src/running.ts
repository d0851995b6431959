import { InFlight, type RecurringJob, type SchedulerHandlers, type Timer } from "@callboard/core/adapter";
import type { Engine } from "./engine.js";
import { PlannedSlots } from "./planned-slots.js";
import { Rings } from "./rings.js";
import type { WakeQueue } from "./wake-queue.js";

const retryMs = 1_000;

/** For pg-boss to begin, and to end, when the database does not answer. One that refuses takes no time. */
const startMs = 3_000;
const leastStopMs = 1_000;

/** What lives from one `start` to its `stop`. */
export class Running {
  readonly #inFlight: InFlight;
  readonly #slots: PlannedSlots;
  readonly #rings: Rings;
  #timer: Timer | null = null;
  #beginning: Promise<void> = Promise.resolve();
  #isDown = false;
  #stopped = false;
  /** After a stop: when it has let go of the engine, which may take longer than the stop. */
  ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly engine: Engine,
    queue: WakeQueue,
    private readonly handlers: SchedulerHandlers,
    /** When the one before has let go of it. */
    private readonly engineFree: Promise<void>,
  ) {
    this.#inFlight = new InFlight(handlers);
    this.#slots = new PlannedSlots(queue, handlers);
    this.#rings = new Rings(engine.boss, queue, this.#slots, this.#inFlight, handlers);
  }

  /** Resolves when it rings, and in an outage before that. */
  async start(jobs: Iterable<RecurringJob>): Promise<void> {
    for (const job of jobs) this.#slots.set(job);
    this.#begin();
    await this.#within(startMs, this.#beginning);
  }

  every(job: RecurringJob): void {
    this.#slots.set(job);
  }

  async stop(drainMs: number): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#slots.stop();
    this.ended = this.#end().catch((err: unknown) =>
      this.handlers.logger.debug({ err }, "pg-boss did not end as it should"),
    );
    const endMs = Math.max(drainMs, leastStopMs);
    await Promise.all([this.#inFlight.drain(drainMs), this.#within(endMs, this.ended)]);
  }

  /** Again and again until the database is there. */
  #begin(): void {
    this.#beginning = this.#tryToBegin().catch((err: unknown) => {
      this.handlers.logger[this.#isDown ? "debug" : "warn"](
        { err },
        "pg-boss cannot be reached; the sweep delivers meanwhile",
      );
      this.#isDown = true;
      if (!this.#stopped) this.#timer = this.handlers.clock.setTimer(() => this.#begin(), retryMs);
    });
  }

  async #tryToBegin(): Promise<void> {
    await this.engineFree;
    if (this.#stopped) return;
    await this.engine.start(this.handlers.logger);
    if (!this.#stopped) await this.#rings.start();
    this.#slots.planIn(0);
  }

  async #end(): Promise<void> {
    await this.#rings.stop();
    await this.#beginning;
    await this.engine.stop();
  }

  async #within(ms: number, work: Promise<void>): Promise<void> {
    const tooLong = Promise.withResolvers<void>();
    const timer = this.handlers.clock.setTimer(tooLong.resolve, ms);
    await Promise.race([work, tooLong.promise]);
    timer.cancel();
  }
}
