import { type Clock, systemClock } from "@callboard/core/adapter";

/** The machine's clock, so far off. Its timers ring 1 ms early, as Node's may. */
export function jumpingClock(): Clock & { jumpTo(offsetMs: number): void } {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    monotonicMs: systemClock.monotonicMs,
    setTimer: (task, delayMs) => systemClock.setTimer(task, Math.max(0, delayMs - 1)),
    jumpTo(offset) {
      offsetMs = offset;
    },
  };
}
