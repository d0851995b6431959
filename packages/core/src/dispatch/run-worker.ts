import type { Clock } from "../ports/clock.js";
import type { Worker } from "./worker.js";

/** How a process works until it is told to stop. */
export interface WorkerOptions {
  /**
   * Signals of the operating system that stop it. One that comes a second after the first, or later, aborts what is still
   * being sent. Only with this, and only while it works, does Callboard listen to signals. @default none
   */
  readonly stopOn?: readonly StopSignal[];
  /** Stops it when it is aborted; one that is aborted already starts nothing. @default none; `callboard.stop()` stops it as well */
  readonly signal?: AbortSignal;
  /** How long to wait for the provider's answers. In ms. @default 25_000 */
  readonly drainMs?: number;
}

export type StopSignal = "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGQUIT" | "SIGUSR2" | "SIGBREAK";

/** Long enough for a provider's answer, and shorter than the 30 s that process managers wait before they kill. */
export const defaultDrainMs = 25_000;

/** npm and terminals give one signal twice; only what comes later is somebody who will not wait. */
const echoMs = 1_000;

/** Starts, works until it is told to stop, drains, and resolves: nothing of it is left then. */
export async function runWorker<Tx>(
  worker: Worker<Tx>,
  clock: Clock,
  { stopOn = [], signal, drainMs = defaultDrainMs }: WorkerOptions = {},
): Promise<void> {
  if (signal?.aborted) return;
  let toldAtMs: number | null = null;
  // `ended` tells of a stop that fails.
  const stopIn = (ms: number) => void worker.stop(ms).catch(() => undefined);
  const stop = () => {
    const nowMs = clock.monotonicMs();
    if (toldAtMs === null) stopIn(drainMs);
    else if (nowMs - toldAtMs >= echoMs) stopIn(0);
    toldAtMs ??= nowMs;
  };
  const names = new Set(stopOn);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (const name of names) process.on(name, stop);
    // A start that a store leaves unanswered keeps nobody who is told to stop.
    await Promise.race([worker.start(), worker.ended()]);
    await worker.ended();
  } finally {
    signal?.removeEventListener("abort", stop);
    for (const name of names) process.off(name, stop);
  }
}
