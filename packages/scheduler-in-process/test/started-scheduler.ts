import { type RecurringJob, recurringJob, type SchedulerHandlers } from "@callboard/core/adapter";
import { recordingLogger, type TestClock, testClock } from "@callboard/testing";
import { inProcessScheduler } from "../src/index.js";

interface Options extends Partial<Pick<SchedulerHandlers, "onWake" | "onTick">> {
  readonly clock?: TestClock;
}

/** A scheduler that has been started, and what it rang for. */
export async function startedScheduler({ clock = testClock(), onWake, onTick }: Options = {}) {
  const scheduler = inProcessScheduler();
  const logger = recordingLogger();
  const rings: { ids: readonly string[]; at: Date }[] = [];
  const ticks: { job: string; slot: Date; at: Date }[] = [];
  const restart = () =>
    scheduler.start({
      clock,
      logger,
      onWake: async (ids) => {
        rings.push({ ids, at: clock.now() });
        await onWake?.(ids);
      },
      onTick: async (tick) => {
        ticks.push({ ...tick, at: clock.now() });
        await onTick?.(tick);
      },
    });
  await restart();
  const fromNow = (ms: number) => new Date(clock.now().getTime() + ms);
  return { scheduler, clock, logger, rings, ticks, restart, fromNow };
}

export function job(name: string, cron: string): RecurringJob {
  return recurringJob({ name, cron, timeZone: "UTC" });
}

/** A clock whose time can be set, as a machine's can: its timers do not notice. */
export function settableClock(start?: Date): TestClock & { set(ms: number): void } {
  const clock = testClock(start);
  let offsetMs = 0;
  return {
    now: () => new Date(clock.now().getTime() + offsetMs),
    monotonicMs: () => clock.monotonicMs(),
    setTimer: (task, delayMs) => clock.setTimer(task, delayMs),
    advance: (ms) => clock.advance(ms),
    get pendingTimers() {
      return clock.pendingTimers;
    },
    set(ms) {
      offsetMs += ms;
    },
  };
}
