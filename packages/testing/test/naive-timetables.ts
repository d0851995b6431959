import { type RecurringJob, recurringJob } from "@callboard/core/adapter";
import type { NaiveEngine } from "./naive-engine.js";
import type { TickFaults } from "./naive-faults.js";

interface Followed {
  readonly job: RecurringJob;
  /** The first that has not been rung for. `null`: it does not ring. */
  slot: Date | null;
}

/** The jobs of one scheduler, each with its next slot. */
export class NaiveTimetables {
  readonly #jobs = new Map<string, Followed>();
  readonly #number: number;
  #slots = 0;

  constructor(
    private readonly engine: NaiveEngine,
    private readonly faults: TickFaults,
  ) {
    this.#number = engine.schedulers;
    engine.schedulers += 1;
  }

  /** `null`: it has not been started. */
  set(given: RecurringJob, now: Date | null): void {
    const { faults } = this;
    if (faults.keepsFirstTimetable && this.#jobs.has(given.name)) return;
    if (faults.knowsOneJob) this.#jobs.clear();
    const job = faults.countsInUtc ? recurringJob({ ...given, timeZone: "UTC" }) : given;
    const key = faults.addsTimetables ? this.#jobs.size.toString() : job.name;
    this.#jobs.set(key, { job, slot: now && job.timetable.nextAfter(now) });
  }

  start(now: Date): void {
    if (this.faults.losesJobsBeforeStart) this.#jobs.clear();
    for (const followed of this.#jobs.values()) followed.slot = followed.job.timetable.nextAfter(now);
  }

  endForAll(): void {
    for (const { job } of this.#jobs.values()) this.engine.endedJobs.add(job.name);
  }

  takeDue(nowMs: number): { readonly job: string; readonly slot: Date }[] {
    return [...this.#jobs.values()].flatMap((followed) => {
      const { job, slot } = followed;
      if (!slot || slot.getTime() - (this.faults.ticksEarlyByMs ?? 0) > nowMs) return [];
      followed.slot = job.timetable.nextAfter(slot);
      this.#slots += 1;
      const isSkipped = this.faults.skipsEverySecondSlot && this.#slots % 2 === 0;
      return isSkipped || this.engine.endedJobs.has(job.name)
        ? []
        : [{ job: job.name, slot: this.#told(slot) }];
    });
  }

  #told(slot: Date): Date {
    const { saysWhenItRangAsSlot, eachHasItsOwnSlots } = this.faults;
    const wrongByMs = (saysWhenItRangAsSlot ? 7 : 0) + (eachHasItsOwnSlots ? this.#number : 0);
    return new Date(slot.getTime() + wrongByMs);
  }
}
