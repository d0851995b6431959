import type { Clock, Timer } from "@callboard/core/adapter";

/** No timer waits longer: Node's overflow after 24.8 days, and the machine's time may be set meanwhile. */
const longestMs = 3_600_000;

/** One moment to wait for, however far off. Rings at it or after it, never before, by the clock's own `now`. */
export class Alarm {
  #timer: Timer | null = null;
  #atMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  /** Waits for `atMs` and for nothing else any more. A moment that has passed rings on the next turn. */
  set(atMs: number): void {
    if (this.#timer && this.#atMs === atMs) return;
    this.cancel();
    this.#atMs = atMs;
    this.#wait();
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wait(): void {
    const delayMs = Math.max(0, this.#atMs - this.clock.now().getTime());
    this.#timer = this.clock.setTimer(() => this.#look(), Math.min(delayMs, longestMs));
  }

  /** Node's timers may come a moment early, and a long wait comes in pieces. */
  #look(): void {
    this.#timer = null;
    if (this.clock.now().getTime() < this.#atMs) this.#wait();
    else this.ring();
  }
}
