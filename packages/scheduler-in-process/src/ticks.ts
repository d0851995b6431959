import type { SchedulerHandlers, Timer } from "@callboard/core/adapter";
import type { InFlight } from "./in-flight.js";
import type { Timetable } from "./timetable.js";

/**
 * How often the clock is looked at while a slot is to come, however far off: a machine's time may be set, and no timer
 * notices. A second is the finest step of a timetable, so a clock that is set right costs at most one slot more.
 * Wake-ups need no such look, because the sweep finds what they miss.
 */
const lookMs = 1_000;

interface Waiting {
  readonly timetable: Timetable;
  /** The first that has not been rung for. */
  readonly slot: Date;
}

/** Rings for the slots of recurring jobs, with one timer for all of them. */
export class Ticks {
  readonly #jobs = new Map<string, Waiting>();
  #timer: Timer | null = null;
  /** The latest time that the clock has shown since the last look. */
  #seenAt = new Date(0);

  constructor(
    private readonly handlers: SchedulerHandlers,
    private readonly inFlight: InFlight,
  ) {}

  /** From now on the job follows this timetable and no other. */
  set(job: string, timetable: Timetable): void {
    const now = this.handlers.clock.now();
    if (now > this.#seenAt) this.#seenAt = now;
    this.#waitFor(job, timetable, timetable.nextAfter(now));
    this.#setTimer(now);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#jobs.clear();
  }

  #waitFor(job: string, timetable: Timetable, slot: Date | null): void {
    if (slot) this.#jobs.set(job, { timetable, slot });
    else this.#jobs.delete(job);
  }

  #setTimer(now: Date): void {
    this.#timer?.cancel();
    const slots = [...this.#jobs.values()].map(({ slot }) => slot.getTime());
    if (slots.length === 0) return;
    const delayMs = Math.max(0, Math.min(...slots) - now.getTime());
    this.#timer = this.handlers.clock.setTimer(() => this.#look(), Math.min(delayMs, lookMs));
  }

  #look(): void {
    const now = this.handlers.clock.now();
    const wasSetBack = now < this.#seenAt;
    this.#seenAt = now;
    for (const [job, { timetable, slot }] of this.#jobs) {
      if (slot <= now) this.#ring(job, timetable, latest(timetable, slot, now));
      // Slots that have been rung for come again; the store knows which of them are over.
      else if (wasSetBack) this.#waitFor(job, timetable, timetable.nextAfter(now));
    }
    this.#setTimer(now);
  }

  #ring(job: string, timetable: Timetable, slot: Date): void {
    this.#waitFor(job, timetable, timetable.nextAfter(slot));
    this.inFlight.run({ job, slot }, () => this.handlers.onTick({ job, slot }));
  }
}

/** A process that was frozen over several slots rings for the last of them alone. */
function latest(timetable: Timetable, expected: Date, now: Date): Date {
  const last = timetable.lastUpTo(now);
  return last && last > expected ? last : expected;
}
