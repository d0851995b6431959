/** How fast the engine of an experiment lives. Durations in milliseconds. */
export interface Settings {
  readonly name: "hasty" | "scaled" | "production";
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly sweepMs: number;
  readonly sendTimeoutMs: number;
  readonly uncertainWaitMs: number;
  /** The bound of a retry's first wait. */
  readonly baseDelayMs: number;
}

/** For tests, and for a quick look: everything waits as short as a busy machine allows. */
export const hasty: Settings = {
  name: "hasty",
  leaseMs: 2_000,
  heartbeatMs: 500,
  sweepMs: 400,
  sendTimeoutMs: 1_000,
  uncertainWaitMs: 2_500,
  baseDelayMs: 500,
};

/** A tenth of production's patience: thousands of notifications end within minutes. */
export const scaled: Settings = {
  name: "scaled",
  leaseMs: 5_000,
  heartbeatMs: 1_500,
  sweepMs: 1_000,
  sendTimeoutMs: 2_500,
  uncertainWaitMs: 3_000,
  baseDelayMs: 1_000,
};

/** Callboard's own defaults. */
export const production: Settings = {
  name: "production",
  leaseMs: 60_000,
  heartbeatMs: 20_000,
  sweepMs: 5_000,
  sendTimeoutMs: 20_000,
  uncertainWaitMs: 120_000,
  baseDelayMs: 10_000,
};

/** A sweep comes up to a fifth later than it is set to. */
export function longestSweepMs({ sweepMs }: Settings): number {
  return sweepMs * 1.2;
}

/**
 * By when a row that a dead worker held has been told to somebody: its lease ends, a sweep finds it, it waits for a
 * receipt, and a sweep lets it go again.
 */
export function recoveryMs(settings: Settings): number {
  return settings.leaseMs + settings.uncertainWaitMs + 2 * longestSweepMs(settings) + settings.sendTimeoutMs;
}
