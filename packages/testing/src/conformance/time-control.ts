import type { Clock } from "@callboard/core/adapter";

/** Time as a suite sees it: a `testClock()`, or `realTime` for an engine that has a clock of its own. */
export interface TimeControl extends Clock {
  /** Resolves when `ms` have passed and what fell due meanwhile has begun. */
  advance(ms: number): Promise<void>;
}
