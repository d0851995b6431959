import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

/** So that one side does not pay for what the other threw away. */
export function collectGarbage(): void {
  gc();
}

export interface Footprint {
  /** How much more memory the process held at its peak than before, in MB. */
  readonly peakMb: number;
  /** The longest time for which the event loop did nothing else, in ms. */
  readonly blockedMs: number;
}

const resolutionMs = 1;

/**
 * What a piece of work costs the process that it runs in. For a process of its own: the peak is the operating system's, and
 * what ran before may have been higher.
 */
export async function footprint(work: () => Promise<unknown>): Promise<Footprint> {
  collectGarbage();
  const before = process.memoryUsage.rss();
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  // A delay is the time between two turns: there must be one before the work, and one after it.
  await someTurns();
  await work();
  await someTurns();
  delays.disable();
  const peak = process.resourceUsage().maxRSS * 1_024;
  return {
    peakMb: (peak - before) / 1_048_576,
    blockedMs: Math.max(0, delays.max / 1e6 - resolutionMs),
  };
}

function someTurns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10 * resolutionMs));
}
