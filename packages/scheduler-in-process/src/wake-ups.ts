import type { InFlight, SchedulerHandlers } from "@callboard/core/adapter";
import { Alarm } from "./alarm.js";

/** Bounds the memory. What is later than these is left to the sweep. */
const mostWaiting = 10_000;

interface WakeUp {
  readonly id: string;
  readonly atMs: number;
}

/** Rings for ids when their time has come; those of one turn in one ring. */
export class WakeUps {
  /** Time has come; rung on the next turn. */
  readonly #due = new Set<string>();
  /** Earliest first, so that one timer is enough. */
  readonly #waiting: WakeUp[] = [];
  readonly #alarm: Alarm;

  constructor(
    private readonly handlers: SchedulerHandlers,
    private readonly inFlight: InFlight,
  ) {
    this.#alarm = new Alarm(handlers.clock, () => this.#ring());
  }

  add(ids: readonly string[], at: Date, { leastDelayMs }: { readonly leastDelayMs: number }): void {
    const nowMs = this.#nowMs();
    const atMs = Math.max(at.getTime(), nowMs + leastDelayMs);
    if (atMs > nowMs) this.#addWaiting(ids, atMs);
    else for (const id of ids) this.#due.add(id);
    this.#setAlarm();
  }

  stop(): void {
    this.#alarm.cancel();
  }

  #addWaiting(ids: readonly string[], atMs: number): void {
    const index = this.#countUpTo(atMs);
    const added = ids.slice(0, mostWaiting - index).map((id) => ({ id, atMs }));
    this.#waiting.splice(index, 0, ...added);
    this.#waiting.splice(mostWaiting);
  }

  #ring(): void {
    for (const { id } of this.#waiting.splice(0, this.#countUpTo(this.#nowMs()))) this.#due.add(id);
    const ids = [...this.#due];
    this.#due.clear();
    this.#setAlarm();
    if (ids.length > 0) this.inFlight.run({ wakeUps: ids.length }, () => this.handlers.onWake(ids));
  }

  #setAlarm(): void {
    const first = this.#waiting[0];
    if (this.#due.size > 0) this.#alarm.set(Number.NEGATIVE_INFINITY);
    else if (first) this.#alarm.set(first.atMs);
  }

  /** How many wait for `atMs` or an earlier time: a binary search. */
  #countUpTo(atMs: number): number {
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #nowMs(): number {
    return this.handlers.clock.now().getTime();
  }
}
