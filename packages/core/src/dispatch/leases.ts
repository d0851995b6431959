import type { Timer } from "../ports/clock.js";
import type { Runtime } from "../runtime.js";
import type { DispatchOptions } from "./dispatch-options.js";
import type { Claim } from "./held.js";

interface HeldLease {
  /** Rows in work under this token. */
  readonly count: number;
  /** When the lease began at the earliest, by this process's clock. */
  readonly since: Date;
}

/** Renews what this process holds, so that only a dead or frozen worker loses its rows. */
export class Leases<Tx> {
  readonly #held = new Map<string, HeldLease>();
  #timer: Timer | null = null;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly options: DispatchOptions,
  ) {}

  /** `count` more rows of this claim are in work. */
  hold({ leaseToken, claimedAt }: Claim, count: number): void {
    if (count === 0) return;
    const { count: before, since } = this.#held.get(leaseToken) ?? { count: 0, since: claimedAt };
    this.#held.set(leaseToken, { count: before + count, since });
    this.#setTimer();
  }

  /** One row under this token is done. */
  letGo(token: string): void {
    const lease = this.#held.get(token);
    if (lease && lease.count > 1) this.#held.set(token, { ...lease, count: lease.count - 1 });
    else this.#held.delete(token);
    if (this.#held.size > 0) return;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Whether the lease holds for so long still, as far as this process can know. */
  outlasts(token: string, ms: number): boolean {
    const lease = this.#held.get(token);
    if (!lease) return false;
    const age = this.runtime.clock.now().getTime() - lease.since.getTime();
    return age + ms <= this.options.leaseMs;
  }

  /** One timer is enough, also when rows come in while a heartbeat is under way. */
  #setTimer(): void {
    this.#timer ??= this.runtime.clock.setTimer(() => void this.#beat(), this.options.heartbeatMs);
  }

  async #beat(): Promise<void> {
    this.#timer = null;
    try {
      for (const token of this.#held.keys()) await this.#renew(token);
    } catch (err) {
      this.runtime.logger.warn(
        { err },
        "leases could not be renewed; another worker may take these rows over",
      );
    }
    if (this.#held.size > 0) this.#setTimer();
  }

  async #renew(token: string): Promise<void> {
    const { storage, clock } = this.runtime;
    const since = clock.now();
    const renewed = await storage.notifications.renew({ token, leaseMs: this.options.leaseMs });
    const lease = this.#held.get(token);
    if (lease && renewed.length > 0) this.#held.set(token, { ...lease, since });
  }
}
