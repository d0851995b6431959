import type { Logger } from "@callboard/core/adapter";

/** Says once that Redis is out of order, and once that it is in order again, however often it is found out. */
export class Outage {
  #fault: Error | null = null;

  constructor(private readonly logger: Logger) {}

  /** What is the matter now. `null`: nothing that is known. */
  get fault(): Error | null {
    return this.#fault;
  }

  begin(err: Error): void {
    // After Redis was emptied, or this process frozen, a hint that was being read is gone. It has been rung for.
    if (/^Missing (key|lock) for job /.test(err.message)) return;
    if (!this.#fault)
      this.logger.warn(
        { err },
        "Redis does not serve wake-ups; the sweep delivers meanwhile, some seconds later. See to Redis.",
      );
    this.#fault = err;
  }

  end(): void {
    if (!this.#fault) return;
    this.#fault = null;
    this.logger.info({}, "Redis serves wake-ups again");
  }
}
