import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../experiments/until.ts";
import type { WorkerCommand, WorkerOrder } from "./worker-process.ts";

const program = fileURLToPath(new URL("./worker-process.ts", import.meta.url));

/** A worker's process, as the one who watches over it sees it. */
export class CrashWorker {
  readonly #child: ChildProcess;
  readonly #step: string;
  #startedAt: number | null = null;
  #isFrozen = false;
  #isExpectedToEnd = false;
  #said = "";

  constructor(order: WorkerOrder) {
    this.#step = order.dieAt ? `${order.dieAt.when} ${order.dieAt.verb}` : "at no step";
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    this.#child = fork(program, [JSON.stringify(order)], { execArgv: ["--no-warnings"], stdio: [...stdio] });
    this.#child.on("message", () => {
      this.#startedAt ??= performance.now();
    });
    this.#child.stderr?.on("data", (text) => {
      this.#said += text;
    });
    // A process that is gone cannot be told anything, which is no fault here.
    this.#child.on("error", () => undefined);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Since when it sweeps, in ms of this process's own clock; `null`: it does not. */
  get sweepsSince(): number | null {
    return this.hasEnded || this.#isFrozen ? null : this.#startedAt;
  }

  /** How it ended, when nobody had ended it; `null`: it lives, or was killed or stopped. */
  get endedByItself(): string | null {
    if (!this.hasEnded || this.#isExpectedToEnd) return null;
    return `${this.#child.exitCode ?? this.#child.signalCode}: ${this.#said}`;
  }

  /** Waits until it sends. */
  async started(): Promise<void> {
    await until("a worker starts", () => this.#startedAt !== null || this.hasEnded, { withinMs: 60_000 });
    if (this.#startedAt === null) throw new Error(`A worker ended before it had started: ${this.#said}`);
  }

  /** Waits until it has died at the step that it was told. */
  async died(withinMs: number): Promise<void> {
    this.#isExpectedToEnd = true;
    const what = `a worker dies ${this.#step}`;
    await until(what, () => this.hasEnded, { withinMs }).catch((error: unknown) => {
      throw new Error(`This never came true: ${what}. It said: ${this.#said}`, { cause: error });
    });
    if (this.#child.signalCode !== "SIGKILL") throw new Error(`A worker ended by itself: ${this.#said}`);
  }

  async kill(): Promise<void> {
    if (this.hasEnded) return;
    this.#isExpectedToEnd = true;
    this.#child.kill("SIGKILL");
    await this.#exit();
  }

  /** It does nothing, and notices nothing, until it thaws. */
  freeze(): void {
    this.#isFrozen = true;
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
    this.#isFrozen = false;
  }

  /** Sets its clock forward, or back. */
  jump(jumpMs: number): void {
    this.#tell({ jumpMs });
  }

  /** As a deploy does. @throws {Error} It ended with a code other than 0. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.#tell("stop");
    this.#isExpectedToEnd = true;
    await this.#exit();
    if (this.#child.exitCode !== 0) throw new Error(`A worker did not stop well: ${this.#said}`);
  }

  #tell(command: WorkerCommand): void {
    this.#child.send(command, () => undefined);
  }

  async #exit(): Promise<void> {
    if (!this.hasEnded) await once(this.#child, "exit");
  }
}
