import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A program of `tests/fixtures` in a process of its own. */
export interface Program<Report> {
  readonly process: ChildProcess;
  /** What it has told, oldest first. */
  readonly reports: readonly Report[];
  /** What it printed to the standard error. */
  readonly trouble: () => string;
  /** Waits until it has ended, and says how. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends it, whatever it does. */
  kill(): Promise<void>;
}

export function runProgram<Report>(file: string, task: object): Program<Report> {
  const child = fork(join(import.meta.dirname, "../fixtures", file), [JSON.stringify(task)], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const reports: Report[] = [];
  let trouble = "";
  child.on("message", (report: Report) => void reports.push(report));
  child.stderr?.on("data", (chunk: Buffer) => {
    trouble += chunk.toString();
  });
  // Not "exit": what it told last may come after that.
  const closed = once(child, "close");
  return {
    process: child,
    reports,
    trouble: () => trouble,
    async ended() {
      await closed;
      return { code: child.exitCode, signal: child.signalCode };
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
