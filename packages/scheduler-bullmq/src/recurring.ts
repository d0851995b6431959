import type { Clock, RecurringJob } from "@callboard/core/adapter";
import { ErrorCode, type Job, type Queue, type RepeatStrategy } from "bullmq";

/** A slot that is over for so long and has not been followed by the next has lost its job in Redis. */
const lateMs = 5_000;

/** By their ids in Redis, which may have no colon: BullMQ would take some for those of its old versions. */
export type JobsById = ReadonlyMap<string, RecurringJob>;

export function idOf(name: string): string {
  return encodeURIComponent(name);
}

/** The next slot of a job, as its timetable has it. A job that nobody here knows has no next one, and ends. */
export function repeatStrategyOf(jobs: JobsById): RepeatStrategy {
  return (millis, _, id = "") => jobs.get(id)?.timetable.nextAfter(new Date(millis))?.getTime();
}

/** The slot that a job of BullMQ stands for. `null`: the timetable has none at that time. */
export function slotOf({ opts }: Job, { timetable }: RecurringJob): Date | null {
  const { prevMillis } = opts;
  if (!Number.isSafeInteger(prevMillis)) return null;
  const slot = new Date(prevMillis ?? 0);
  return timetable.lastUpTo(slot)?.getTime() === prevMillis ? slot : null;
}

/** Keeps a job scheduler of BullMQ for each recurring job. */
export class Recurring {
  constructor(
    private readonly queue: Queue,
    private readonly jobs: JobsById,
    private readonly clock: Clock,
  ) {}

  /** Makes the job follow its timetable, whatever it followed before. One that does is let be: its next slot is waited for. */
  async put(id: string): Promise<void> {
    const job = this.jobs.get(id);
    if (!job) return;
    const known = await this.queue.getJobScheduler(id);
    const isKept = known?.pattern === job.cron && known.tz === job.timeZone && !this.#isLate(known.next);
    if (!isKept) await this.#replace(id, job);
  }

  /** Puts back what has gone, or has come to a standstill. What others changed is let be: they may be of a later version. */
  async restore(): Promise<void> {
    if (this.jobs.size === 0) return;
    const range = await this.queue.getBackend().getJobSchedulersRange(0, -1, true);
    for (const [id, job] of this.jobs) {
      const at = range.indexOf(id);
      if (at < 0 || this.#isLate(Number(range[at + 1]))) await this.#replace(id, job);
    }
  }

  /** Another process that knows the job puts it back. */
  async remove(id: string): Promise<void> {
    await this.queue.removeJobScheduler(id);
  }

  #isLate(next: number | undefined): boolean {
    return next === undefined || next < this.clock.now().getTime() - lateMs;
  }

  async #replace(id: string, { cron, timeZone }: RecurringJob): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true };
    try {
      await this.queue.upsertJobScheduler(
        id,
        { pattern: cron, tz: timeZone },
        { name: id, data: { v: 1 }, opts },
      );
    } catch (error) {
      // Its next slot waits in the queue already.
      if ((error as { code?: unknown }).code !== ErrorCode.SchedulerJobIdCollision) throw error;
    }
  }
}
