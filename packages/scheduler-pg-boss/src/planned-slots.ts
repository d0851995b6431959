import { createHash } from "node:crypto";
import type { RecurringJob, SchedulerHandlers, Timer, Timetable } from "@callboard/core/adapter";
import { tickPayload } from "./payload.js";
import type { NewJob } from "./slivers.js";
import type { WakeQueue } from "./wake-queue.js";

/** How far ahead slots are put into the queue, and how often: passes may fail, and the queue may be emptied. */
const aheadMs = 15_000;
const passMs = 5_000;

/** What was not rung for by then is left to core, which knows whether it was run. */
const latestMs = 60_000;

/** Wake-ups may queue up; a slot does not wait behind them. */
const priority = 1;

/**
 * Puts the slots of the next seconds into the queue, one job for each, due at the slot by the database's clock. All
 * processes that know a job put the same ones: equal ids, so that each is there once, and none is left of a job that no
 * process knows any more.
 *
 * pg-boss's own schedules would ring up to half a minute late, know no seconds, and read cron differently.
 */
export class PlannedSlots {
  readonly #jobs = new Map<string, Timetable>();
  #timer: Timer | null = null;
  #stopped = false;

  constructor(
    private readonly queue: WakeQueue,
    private readonly handlers: Pick<SchedulerHandlers, "clock" | "logger">,
  ) {}

  /** From now on the job follows this timetable and no other. */
  set({ name, timetable }: RecurringJob): void {
    this.#jobs.set(name, timetable);
    this.planIn(0);
  }

  planIn(ms: number): void {
    if (this.#stopped || this.#jobs.size === 0) return;
    this.#timer?.cancel();
    this.#timer = this.handlers.clock.setTimer(() => {
      void this.#plan();
      this.planIn(passMs);
    }, ms);
  }

  /** Whether this slot is one of the job's, and still worth a ring. */
  isDue(job: string, slot: Date): boolean {
    const lateMs = this.handlers.clock.now().getTime() - slot.getTime();
    const lastSlot = this.#jobs.get(job)?.lastUpTo(slot);
    return lateMs <= latestMs && lastSlot?.getTime() === slot.getTime();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #plan(): Promise<void> {
    const now = this.handlers.clock.now();
    const jobs = [...this.#jobs].flatMap(([name, timetable]) => slotsAfter(now, name, timetable));
    if (jobs.length === 0) return;
    // Always in the same order: of two processes that put the same ones, one waits for the other, and never both.
    jobs.sort((one, other) => (one.id < other.id ? -1 : 1));
    try {
      await this.queue.insert(jobs);
    } catch (err) {
      this.handlers.logger.debug({ err }, "slots were not put into the queue; the next pass tries again");
    }
  }
}

function slotsAfter(now: Date, name: string, timetable: Timetable) {
  const jobs: (NewJob & { readonly id: string })[] = [];
  const until = new Date(now.getTime() + aheadMs);
  for (let slot = timetable.nextAfter(now); slot && slot <= until; slot = timetable.nextAfter(slot)) {
    jobs.push({ id: slotId(name, slot), data: tickPayload(name, slot), startAfter: slot, priority });
  }
  return jobs;
}

/** The same in every process. */
function slotId(job: string, slot: Date): string {
  const hash = createHash("sha256").update(`${slot.getTime()} ${job}`).digest("hex");
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
