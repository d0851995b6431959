import type { InFlight, SchedulerHandlers, Timer, Timetable } from "@callboard/core/adapter";

/**
 * How often the clock is looked at while a slot is to come, however far off: a machine's time may be set, and no timer
 * notices. Wake-ups need no such look, because the sweep finds what they miss.
 */
const lookMs = 1_000;

interface Waiting {
  readonly timetable: Timetable;
  /** Slots up to here have been rung for, or came before the job did. */
  readonly since: Date;
  /** The first after `since`; `null`: there is none any more. */
  readonly next: Date | null;
}

/** Rings for the slots of recurring jobs, with one timer for all of them. */
export class Ticks {
  readonly #jobs = new Map<string, Waiting>();
  #timer: Timer | null = null;

  constructor(
    private readonly handlers: SchedulerHandlers,
    private readonly inFlight: InFlight,
  ) {}

  /** From now on the job follows this timetable and no other. */
  set(job: string, timetable: Timetable): void {
    const now = this.handlers.clock.now();
    this.#wait(job, timetable, now);
    this.#setTimer(now);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#jobs.clear();
  }

  #wait(job: string, timetable: Timetable, since: Date): void {
    this.#jobs.set(job, { timetable, since, next: timetable.nextAfter(since) });
  }

  #setTimer(now: Date): void {
    this.#timer?.cancel();
    const slots = [...this.#jobs.values()].flatMap(({ next }) => next?.getTime() ?? []);
    if (slots.length === 0) return;
    const delayMs = Math.max(0, Math.min(...slots) - now.getTime());
    this.#timer = this.handlers.clock.setTimer(() => this.#look(), Math.min(delayMs, lookMs));
  }

  #look(): void {
    const now = this.handlers.clock.now();
    for (const [job, { timetable, since, next }] of this.#jobs) {
      // A process that was frozen over several slots rings for the last of them alone.
      if (next && next <= now) this.#ring(job, timetable, timetable.lastUpTo(now) ?? next);
      // The clock was set back. Slots that have been rung for come again; the store knows which of them are over.
      else if (now < since) this.#wait(job, timetable, now);
    }
    this.#setTimer(now);
  }

  #ring(job: string, timetable: Timetable, slot: Date): void {
    this.#wait(job, timetable, slot);
    this.inFlight.run({ job, slot }, () => this.handlers.onTick({ job, slot }));
  }
}
