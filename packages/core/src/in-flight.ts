import type { SchedulerHandlers } from "./ports/scheduler.js";

/** The handlers of a scheduler that run: each has an owner for its error, and `stop` can wait for them. */
export class InFlight {
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly handlers: Pick<SchedulerHandlers, "clock" | "logger">) {}

  /** Never rejects, and resolves when the handler has ended. `fields` say in the log what it was called for. */
  run(fields: object, handler: () => Promise<void>): Promise<void> {
    const run = this.#guarded(fields, handler).finally(() => this.#running.delete(run));
    this.#running.add(run);
    return run;
  }

  /** Resolves when all have ended, and after `ms` at the latest. */
  async drain(ms: number): Promise<void> {
    if (this.#running.size === 0) return;
    const tooLong = Promise.withResolvers<void>();
    const timer = this.handlers.clock.setTimer(tooLong.resolve, ms);
    await Promise.race([Promise.all(this.#running), tooLong.promise]);
    timer.cancel();
  }

  async #guarded(fields: object, handler: () => Promise<void>): Promise<void> {
    try {
      await handler();
    } catch (err) {
      this.handlers.logger.error({ err, ...fields }, "a handler of the scheduler failed");
    }
  }
}
