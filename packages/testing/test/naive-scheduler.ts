import {
  LifecycleError,
  type RecurringJob,
  type Scheduler,
  type SchedulerHandlers,
  type Timer,
} from "@callboard/core/adapter";

/** What is wrong with it. */
export interface Faults {
  readonly ringsEarlyByMs?: number;
  readonly losesFutureWakes?: boolean;
  readonly losesSecondId?: boolean;
  readonly losesRepeatedId?: boolean;
  readonly throwsBeforeStart?: boolean;
  readonly endsAfterRejection?: boolean;
  readonly logsNothing?: boolean;
  readonly neverStops?: boolean;
  readonly doesNotDrain?: boolean;
  readonly drainsForEver?: boolean;
  readonly startsTwice?: boolean;
  readonly ticksEarlyByMs?: number;
  readonly skipsEverySecondSlot?: boolean;
  readonly saysWhenItRangAsSlot?: boolean;
  readonly keepsFirstTimetable?: boolean;
  readonly addsTimetables?: boolean;
  readonly countsInUtc?: boolean;
  readonly losesJobsBeforeStart?: boolean;
}

/** A scheduler with one timer per wake-up and a look at every job each second: right, save for its faults. */
export function naiveScheduler(faults: Faults = {}): Scheduler {
  const jobs = new Map<string, RecurringJob>();
  const timers = new Set<Timer>();
  const running = new Set<Promise<void>>();
  const seen = new Set<string>();
  let handlers: SchedulerHandlers | null = null;
  let slots = 0;

  function started(): SchedulerHandlers {
    if (!handlers) throw new Error("Not started.");
    return handlers;
  }

  function after(ms: number, task: () => void): void {
    const timer = started().clock.setTimer(() => {
      timers.delete(timer);
      task();
    }, ms);
    timers.add(timer);
  }

  function run({ logger }: SchedulerHandlers, handler: () => Promise<void>): void {
    const call = handler()
      .catch((err: unknown) => {
        if (!faults.logsNothing) logger.error({ err }, "failed");
        if (faults.endsAfterRejection) handlers = null;
      })
      .finally(() => running.delete(call));
    running.add(call);
  }

  function lookEachSecond(): void {
    const nowMs = started().clock.now().getTime();
    const slotMs = (Math.floor(nowMs / 1_000) + 1) * 1_000;
    after(slotMs - nowMs - (faults.ticksEarlyByMs ?? 0), () => {
      const given = handlers;
      if (!given) return;
      const isDue = (job: RecurringJob) =>
        matches(job.cron, faults.countsInUtc ? "UTC" : job.timeZone, slotMs);
      for (const { name } of [...jobs.values()].filter(isDue)) {
        slots += 1;
        if (faults.skipsEverySecondSlot && slots % 2 === 0) continue;
        const slot = new Date(faults.saysWhenItRangAsSlot ? slotMs + 7 : slotMs);
        run(given, () => given.onTick({ job: name.replace(/#.*/, ""), slot }));
      }
      after(faults.ticksEarlyByMs ?? 0, lookEachSecond);
    });
  }

  return {
    async start(given) {
      if (handlers && !faults.startsTwice) throw new LifecycleError("Started already.");
      handlers = given;
      if (faults.losesJobsBeforeStart) jobs.clear();
      lookEachSecond();
    },
    async wake(ids, at) {
      if (!handlers && faults.throwsBeforeStart) throw new Error("Not started.");
      if (!handlers) return;
      const given = handlers;
      const heard = faults.losesSecondId
        ? ids.slice(0, 1)
        : ids.filter((id) => !(faults.losesRepeatedId && seen.has(id)));
      for (const id of heard) seen.add(id);
      const ms = at.getTime() - given.clock.now().getTime();
      if (heard.length === 0 || (ms > 0 && faults.losesFutureWakes)) return;
      after(ms - (faults.ringsEarlyByMs ?? 0), () => handlers && run(given, () => given.onWake(heard)));
    },
    async every(job) {
      if (faults.keepsFirstTimetable && jobs.has(job.name)) return;
      jobs.set(faults.addsTimetables ? `${job.name}#${jobs.size}` : job.name, job);
    },
    async stop({ drainMs }) {
      const { clock } = handlers ?? {};
      if (!faults.neverStops) {
        handlers = null;
        for (const timer of timers) timer.cancel();
      }
      if (faults.doesNotDrain || !clock) return;
      const drained = Promise.all(running);
      if (faults.drainsForEver) return void (await drained);
      await Promise.race([drained, new Promise<void>((resolve) => clock.setTimer(resolve, drainMs))]);
    },
  };
}

/** Enough of cron for the suite: numbers, lists, stars and steps. */
function matches(cron: string, timeZone: string, atMs: number): boolean {
  const fields = cron.split(" ");
  const patterns = fields.length === 5 ? ["0", ...fields] : fields;
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    second: "numeric",
    minute: "numeric",
    hour: "numeric",
    day: "numeric",
    month: "numeric",
  }).formatToParts(atMs);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return ["second", "minute", "hour", "day", "month"].every((unit, index) => {
    const pattern = patterns[index] ?? "*";
    if (pattern.startsWith("*")) return value(unit) % Number(pattern.slice(2) || 1) === 0;
    return pattern.split(",").map(Number).includes(value(unit));
  });
}
