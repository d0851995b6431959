import type { Clock, Timer } from "../ports/clock.js";

/** A moment by which something must be over. It may come nearer, and never goes away again. */
export class Deadline {
  readonly #late = Promise.withResolvers<"late">();
  #timer: Timer | null = null;
  #atMs = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  setIn(ms: number): void {
    const atMs = this.clock.monotonicMs() + ms;
    if (atMs >= this.#atMs) return;
    this.cancel();
    this.#atMs = atMs;
    this.#timer = this.clock.setTimer(() => this.#late.resolve("late"), ms);
  }

  /** Rejects when the work does, and resolves when it has ended or the deadline has come. */
  async within(work: Promise<unknown>): Promise<"done" | "late"> {
    return Promise.race([work.then(() => "done" as const), this.#late.promise]);
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
