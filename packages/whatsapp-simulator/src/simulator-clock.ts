/** The time the simulator lives by. Replaced in tests, so that no test has to sleep. */
export interface SimulatorClock {
  now(): Date;
  /** Runs `run` once, `ms` milliseconds from now. Returns a function that cancels it. */
  setTimeout(run: () => void, ms: number): () => void;
  /** Tells a clock that can be moved what to wait for before it moves on. Called once by each simulator. */
  waitFor?(isQuiet: () => Promise<void>): void;
}

/** The machine's own clock. */
export const systemClock: SimulatorClock = {
  now: () => new Date(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
