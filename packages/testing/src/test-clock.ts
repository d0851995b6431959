import type { Clock, Timer } from "@callboard/core/adapter";

/** A clock that stands still until the test moves it. */
export interface TestClock extends Clock {
  /**
   * Moves the time on by `ms`, 0 included. Rings the timers that fall due in order, each at its own time, and lets
   * the promises that it woke settle before the next. Await it before you call it again.
   */
  advance(ms: number): Promise<void>;
  /** Timers that have neither rung nor been cancelled; 0 after a clean stop. */
  readonly pendingTimers: number;
}

/** Node rings a longer timer at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * A clock that begins at `start` and moves only with `advance`.
 *
 * Its timers refuse a delay that a real clock cannot keep: more than 24.8 days, or not a number.
 */
export function testClock(start: Date = new Date("2026-01-01T00:00:00Z")): TestClock {
  let nowMs = start.getTime();
  const timers = new Set<PendingTimer>();
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    setTimer(task, delayMs): Timer {
      if (!(delayMs <= longestDelayMs)) {
        throw new RangeError(`setTimer(${delayMs}): set a shorter timer and look again.`);
      }
      const timer = { dueMs: nowMs + Math.max(0, delayMs), task };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    async advance(ms) {
      if (!(ms >= 0)) {
        throw new RangeError(`advance(${ms}): time only moves on; give 0 or more milliseconds.`);
      }
      const untilMs = nowMs + ms;
      await settled();
      for (let next = earliest(timers, untilMs); next; next = earliest(timers, untilMs)) {
        nowMs = Math.max(nowMs, next.dueMs);
        timers.delete(next);
        next.task();
        await settled();
      }
      nowMs = untilMs;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

interface PendingTimer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** Of timers due at the same time, the one that was set first, which is the order of a Set. */
function earliest(timers: ReadonlySet<PendingTimer>, untilMs: number): PendingTimer | null {
  let found: PendingTimer | null = null;
  for (const timer of timers) {
    if (timer.dueMs <= untilMs && (found === null || timer.dueMs < found.dueMs)) found = timer;
  }
  return found;
}

/** A chain of promises ends within one turn of the event loop; the other turns are for code that waits for one itself. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
