import type { SimulatorClock } from "./simulator-clock.js";

/** Every timer of one simulator, so that stopping or resetting leaves none behind. */
export interface Timers {
  now(): Date;
  /** Runs `run` after `ms`, unless everything is cancelled first. */
  after(ms: number, run: () => void): void;
  /** Resolves to true after `ms`, or to false as soon as everything is cancelled. */
  wait(ms: number): Promise<boolean>;
  cancelAll(): void;
}

export function createTimers(clock: SimulatorClock): Timers {
  const cancellations = new Set<() => void>();

  const start = (ms: number, run: () => void, onCancel: () => void) => {
    const stop = clock.setTimeout(() => {
      cancellations.delete(cancel);
      run();
    }, ms);
    const cancel = () => {
      stop();
      onCancel();
    };
    cancellations.add(cancel);
  };

  return {
    now: () => clock.now(),
    after: (ms, run) => start(ms, run, () => {}),
    wait: (ms) =>
      new Promise((resolve) => {
        start(
          ms,
          () => resolve(true),
          () => resolve(false),
        );
      }),
    cancelAll() {
      const pending = [...cancellations];
      cancellations.clear();
      for (const cancel of pending) cancel();
    },
  };
}
