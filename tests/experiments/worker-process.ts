import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { EngineWorkerCommand, EngineWorkerReport, EngineWorkerTask } from "../fixtures/engine-worker.ts";
import { until } from "./until.ts";

/** A process that sends, seen from the one that watches over it. */
export interface WorkerProcess {
  readonly pid: number;
  /** How it ended; `null` while it lives. */
  readonly ending: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;
  /** When it showed last that its event loop turns, in ms since 1970. */
  readonly lastAliveAt: number;
  /** Waits until it has said so. Rejects with what it printed when it ends first. */
  reported(report: EngineWorkerReport): Promise<void>;
  hasReported(report: EngineWorkerReport): boolean;
  command(command: EngineWorkerCommand): void;
  /** Harmless when it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Waits until it has ended by itself, or by a signal. */
  ended(): Promise<void>;
  /** Ends it, whatever it does. */
  kill(): Promise<void>;
}

/** Starts one. */
export function workerProcess(task: EngineWorkerTask): WorkerProcess {
  const module = join(import.meta.dirname, "../fixtures/engine-worker.ts");
  const child = fork(module, [JSON.stringify(task)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const reports = new Set<EngineWorkerReport>();
  let [lastAliveAt, trouble] = [Date.now(), ""];
  child.on("message", (report: EngineWorkerReport) => {
    reports.add(report);
    lastAliveAt = Date.now();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    trouble += chunk.toString();
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = async () => {
    if (!hasEnded()) await once(child, "exit");
  };
  return {
    pid: child.pid ?? 0,
    get ending() {
      return hasEnded() ? { code: child.exitCode, signal: child.signalCode } : null;
    },
    get lastAliveAt() {
      return lastAliveAt;
    },
    async reported(report) {
      await until(`the worker reports "${report}"`, () => reports.has(report) || hasEnded(), {
        withinMs: 90_000,
      });
      if (!reports.has(report)) throw new Error(`The worker ended before "${report}": ${trouble}`);
    },
    hasReported: (report) => reports.has(report),
    command: (command) => void child.send(command),
    signal: (signal) => void child.kill(signal),
    ended,
    async kill() {
      if (hasEnded()) return;
      child.kill("SIGKILL");
      await ended();
    },
  };
}
