import type { Clock, Timer } from "../ports/clock.js";

/** Longer than a timer can be set for; the sweep is there long before. */
const mostMs = 86_400_000;

/** Rings once, at the earliest of the times that it was asked for since it last rang. */
export class Alarm {
  #timer: Timer | null = null;
  #ringsAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void,
  ) {}

  ringIn(ms: number): void {
    const at = this.clock.now().getTime() + ms;
    if (ms > mostMs || at >= this.#ringsAt) return;
    this.cancel();
    this.#ringsAt = at;
    this.#timer = this.clock.setTimer(() => {
      this.cancel();
      this.ring();
    }, ms);
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#ringsAt = Number.POSITIVE_INFINITY;
  }
}
