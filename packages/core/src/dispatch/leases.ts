import type { Timer } from "../ports/clock.js";
import type { Runtime } from "../runtime.js";
import type { DispatchOptions } from "./dispatch-options.js";

/** Renews what this process holds, so that only a dead or frozen worker loses its rows. */
export class Leases<Tx> {
  /** Rows in work, by lease token. */
  readonly #held = new Map<string, number>();
  #timer: Timer | null = null;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly options: DispatchOptions,
  ) {}

  hold(token: string, count: number): void {
    this.#held.set(token, count);
    this.#setTimer();
  }

  /** One row under this token is done. */
  letGo(token: string): void {
    const left = (this.#held.get(token) ?? 1) - 1;
    if (left > 0) this.#held.set(token, left);
    else this.#held.delete(token);
    if (this.#held.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** One timer is enough, also when rows come in while a heartbeat is under way. */
  #setTimer(): void {
    this.#timer ??= this.runtime.clock.setTimer(() => void this.#beat(), this.options.heartbeatMs);
  }

  async #beat(): Promise<void> {
    this.#timer = null;
    const { storage, logger } = this.runtime;
    try {
      for (const token of this.#held.keys()) {
        await storage.notifications.renew({ token, leaseMs: this.options.leaseMs });
      }
    } catch (err) {
      logger.warn({ err }, "leases could not be renewed; another worker may take these rows over");
    }
    if (this.#held.size > 0) this.#setTimer();
  }
}
