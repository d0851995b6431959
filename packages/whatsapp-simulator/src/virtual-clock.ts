import type { SimulatorClock } from "./simulator-clock.js";

/** A clock that stands still until it is told to move, so that a test can live through days. */
export interface VirtualClock extends SimulatorClock {
  /**
   * Moves on by `ms` and runs what falls due, in order of time. Between two timers it waits for the webhooks on
   * their way, so that a refused one is tried again at its own time. Calls that overlap run one after the other.
   *
   * @throws {RangeError} `ms` is negative or no number.
   */
  advance(ms: number): Promise<void>;
  waitFor(isQuiet: () => Promise<void>): void;
}

/** @param startAt - @default 2026-01-01T00:00:00Z */
export function virtualClock(startAt: Date = new Date("2026-01-01T00:00:00Z")): VirtualClock {
  let nowMs = startAt.getTime();
  let timers: readonly Timer[] = [];
  const quiet: (() => Promise<void>)[] = [];
  let advancing = Promise.resolve();

  const takeDue = (endMs: number): Timer | null => {
    // Of two that fall due together, the one set first runs first.
    const due = timers.reduce<Timer | null>(
      (first, timer) => (timer.atMs <= endMs && (first === null || timer.atMs < first.atMs) ? timer : first),
      null,
    );
    timers = timers.filter((timer) => timer !== due);
    return due;
  };

  const untilQuiet = async () => {
    // One turn of the event loop lets what was just started set its own timers.
    await new Promise((resolve) => setImmediate(resolve));
    for (const isQuiet of quiet) await isQuiet();
  };

  const run = async (ms: number) => {
    const endMs = nowMs + ms;
    await untilQuiet();
    for (let due = takeDue(endMs); due !== null; due = takeDue(endMs)) {
      nowMs = Math.max(nowMs, due.atMs);
      due.run();
      await untilQuiet();
    }
    nowMs = endMs;
  };

  return {
    now: () => new Date(nowMs),
    setTimeout(callback, ms) {
      const timer = { atMs: nowMs + Math.max(0, ms), run: callback };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`advance() takes 0 or more milliseconds, not ${ms}.`);
      advancing = advancing.then(() => run(ms));
      return advancing;
    },
    waitFor: (isQuiet) => void quiet.push(isQuiet),
  };
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}
