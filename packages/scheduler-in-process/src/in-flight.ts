import type { SchedulerHandlers } from "@callboard/core/adapter";

/** The handlers that run: each has an owner for its error, and `stop` can wait for them. */
export class InFlight {
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly handlers: Pick<SchedulerHandlers, "clock" | "logger">) {}

  /** Never throws. `fields` say in the log what a failed handler was called for. */
  run(fields: object, handler: () => Promise<void>): void {
    const run = this.#guarded(fields, handler).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when all have ended, and after `ms` at the latest. */
  async drain(ms: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.handlers.clock.setTimer(resolve, ms);
      Promise.all(this.#running).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #guarded(fields: object, handler: () => Promise<void>): Promise<void> {
    try {
      await handler();
    } catch (err) {
      this.handlers.logger.error({ err, ...fields }, "a handler of the scheduler failed");
    }
  }
}
