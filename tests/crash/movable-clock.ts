import { type Clock, systemClock } from "@callboard/core/adapter";

/** A machine's clock that somebody sets wrong. Timers ring as ever, since no clock that jumps can move them. */
export interface MovableClock extends Clock {
  /** Moves the hands by so many milliseconds, either way. */
  jump(byMs: number): void;
}

/** @param offsetMs - How wrong it is to begin with. */
export function movableClock(offsetMs: number): MovableClock {
  let offset = offsetMs;
  return {
    now: () => new Date(systemClock.now().getTime() + offset),
    monotonicMs: systemClock.monotonicMs,
    setTimer: (task, delayMs) => systemClock.setTimer(task, delayMs),
    jump(byMs) {
      offset += byMs;
    },
  };
}
