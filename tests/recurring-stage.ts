import type { Clock, Scheduler } from "@callboard/core/adapter";
import { type TestClock, testClock } from "@callboard/testing";
import type { EngineStorage } from "./engine-storages.js";
import { stageOn } from "./queue-stage.js";
import type { StorageKind } from "./storages.js";

export const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** So long after the clocks of all stages begin. */
export const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);

/** A process of a host that has a job "report", and what it saw. */
export type JobProcess = Awaited<ReturnType<typeof openProcess>>;

export interface JobOptions {
  readonly cron?: string;
  readonly catchUp?: "latest" | "all" | "none";
  readonly maxLatenessMs?: number;
  /** @default one that rings when the test says so */
  readonly scheduler?: Scheduler;
  /** What the job does after its run was noted. */
  readonly work?: (slot: Date) => Promise<void>;
}

/** An empty storage of a kind, and the time by which it goes. */
export async function openTime(kind: StorageKind): Promise<{ storage: EngineStorage; clock: TestClock }> {
  const clock = testClock();
  return { storage: await kind.open(clock), clock };
}

/** Knows its job, and has not been started. A scheduler of the test's rings when it says so. */
export async function openProcess(
  storage: EngineStorage,
  clock: Clock,
  { cron = "* * * * *", scheduler, work, ...definition }: JobOptions = {},
) {
  const stage = stageOn(storage, { clock, ...(scheduler && { scheduler }) });
  const ran: Date[] = [];
  /** When each of them ran. */
  const ranAt: Date[] = [];
  const missed: {
    readonly job: string;
    readonly first: Date;
    readonly last: Date;
    readonly count: number;
  }[] = [];
  stage.callboard.observe("job.missed", (event) => void missed.push(event));
  await stage.callboard.every("report", {
    ...{ cron, timeZone: "UTC", ...definition },
    run: async ({ slot }) => {
      ran.push(slot);
      ranAt.push(clock.now());
      await work?.(slot);
    },
  });
  return { ...stage, ran, ranAt, missed };
}

/** Lets time pass until what it set going has ended, also in a database. */
export async function pass(clock: TestClock, ms: number, storage: EngineStorage): Promise<void> {
  await clock.advance(ms);
  // Embedded storages do one thing after the other: this comes after all that was begun.
  for (let turn = 0; turn < 3; turn += 1) await storage.pauses.list();
  await clock.advance(0);
}

/** A host's clock over the true one, which may be set ahead or back; its timers do not notice. */
export function wrongClock(clock: TestClock): Clock & { set(offsetMs: number): void } {
  let offsetMs = 0;
  return {
    now: () => new Date(clock.now().getTime() + offsetMs),
    monotonicMs: () => clock.monotonicMs(),
    setTimer: (task, delayMs) => clock.setTimer(task, delayMs),
    set(offset) {
      offsetMs = offset;
    },
  };
}
