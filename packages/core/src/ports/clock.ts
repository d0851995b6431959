/** The only source of time in Callboard. Tests hand in one that stands still. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, for durations: nobody sets it back or ahead. */
  monotonicMs(): number;
  /** Runs `task` once, `delayMs` from now, and keeps the process alive until then. Delays up to 24 days. */
  setTimer(task: () => void, delayMs: number): Timer;
}

/** A timer that has not rung yet. */
export interface Timer {
  /** Harmless when it has already rung. */
  cancel(): void;
}
