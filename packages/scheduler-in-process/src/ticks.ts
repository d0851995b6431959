import type { SchedulerHandlers } from "@callboard/core/adapter";
import { Alarm } from "./alarm.js";
import type { InFlight } from "./in-flight.js";
import type { Timetable } from "./timetable.js";

/** Rings for the slots of recurring jobs, one alarm for each job. */
export class Ticks {
  readonly #alarms = new Map<string, Alarm>();

  constructor(
    private readonly handlers: SchedulerHandlers,
    private readonly inFlight: InFlight,
  ) {}

  /** From now on the job follows this timetable and no other. */
  set(job: string, timetable: Timetable): void {
    this.#alarms.get(job)?.cancel();
    this.#waitFor(job, timetable, timetable.nextAfter(this.handlers.clock.now()));
  }

  stop(): void {
    for (const alarm of this.#alarms.values()) alarm.cancel();
    this.#alarms.clear();
  }

  #waitFor(job: string, timetable: Timetable, slot: Date | null): void {
    if (!slot) return;
    const alarm = new Alarm(this.handlers.clock, () => this.#ring(job, timetable, slot));
    this.#alarms.set(job, alarm);
    alarm.set(slot.getTime());
  }

  #ring(job: string, timetable: Timetable, expected: Date): void {
    const slot = this.#latest(timetable, expected);
    this.#waitFor(job, timetable, timetable.nextAfter(slot));
    this.inFlight.run({ job, slot }, () => this.handlers.onTick({ job, slot }));
  }

  /** A process that was frozen over several slots rings for the last of them alone. */
  #latest(timetable: Timetable, expected: Date): Date {
    const last = timetable.lastUpTo(this.handlers.clock.now());
    return last && last > expected ? last : expected;
  }
}
