import { setTimeout } from "node:timers/promises";
import type { Notification } from "@callboard/core";
import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Firm, withFirm } from "./firm.ts";
import { type FirmSettings, poisonedExitCode } from "./firm-settings.ts";
import type { WorkerProcess } from "./worker-process.ts";

const poison = "POISON";

export interface PoisonOptions {
  readonly database: ExperimentDatabase;
  /** What it does to the worker that is to send it. */
  readonly end: "exit" | "loop";
  /** One of them is the poison. @default 300 */
  readonly notifications?: number;
  /** @default true */
  readonly receipts?: boolean;
  /** How often a worker may die of the same notification. @default 5 */
  readonly maxCrashes?: number;
}

export interface PoisonCounts {
  readonly poison: Notification | undefined;
  /** Workers that the poison has cost. */
  readonly restarts: number;
  /** How others ended that had to be replaced. */
  readonly otherEndings: readonly string[];
  /** Of all but the poison. */
  readonly others: Pick<Audit, "unsent" | "repeated" | "unexplained" | "ghosts" | "late">;
}

/** R04: one notification ends, or blocks for ever, each worker that is to send it; a supervisor starts the next one. */
export function poisoned(options: PoisonOptions): Promise<PoisonCounts> {
  const { database, end, notifications = 300, receipts = true, maxCrashes = 5 } = options;
  const settings: FirmSettings = {
    policy: { uncertainWaitMs: 500, baseDelayMs: 100, maxCrashes },
    dispatch: { concurrency: 10, leaseMs: 1_000, heartbeatMs: 250, sendTimeoutMs: 500, sweepMs: 100 },
  };
  return withFirm({ database, people: notifications, receipts, settings }, async (firm) => {
    const half = Math.floor(notifications / 2);
    await firm.queue("SO-1", half);
    const [poisonId = ""] = await firm.queue(poison, 1, half);
    await firm.queue("SO-2", notifications - half - 1, half + 1);
    const supervision = supervise(end, () => firm.hire({ oddity: { kind: "poisoned", by: poison, end } }));
    try {
      await firm.idle();
    } finally {
      await supervision.end();
    }
    return {
      ...(await countOthers(firm, poisonId)),
      restarts: supervision.restarts,
      otherEndings: supervision.otherEndings,
    };
  });
}

async function countOthers(firm: Firm, poisonId: string) {
  const { unsent, ...rest } = await audit(firm);
  const poison = (await firm.notifications()).find(({ id }) => id === poisonId);
  const { failed = 0, ...others } = unsent;
  const failedOthers = failed - (poison?.status === "failed" ? 1 : 0);
  return {
    poison,
    others: { ...rest, unsent: { ...others, ...(failedOthers > 0 && { failed: failedOthers }) } },
  };
}

/** Longer than a worker on a busy machine is ever quiet. */
const quietMs = 3_000;

/** Keeps one worker alive, as a process manager does; where they may block, with a liveness probe. */
function supervise(end: PoisonOptions["end"], start: () => WorkerProcess) {
  let [worker, restarts, isOver] = [start(), 0, false];
  const otherEndings: string[] = [];
  const isBlocked = () =>
    end === "loop" && worker.hasReported("started") && Date.now() - worker.lastAliveAt > quietMs;
  const watching = (async () => {
    while (!isOver) {
      const blocked = isBlocked();
      if (blocked) await worker.kill();
      if (worker.ending !== null) {
        const { code, signal } = worker.ending;
        if (blocked || code === poisonedExitCode) restarts += 1;
        else otherEndings.push(String(code ?? signal));
        worker = start();
      }
      await setTimeout(20);
    }
  })();
  return {
    otherEndings,
    get restarts() {
      return restarts;
    },
    async end(): Promise<void> {
      isOver = true;
      await watching;
      await worker.kill();
    },
  };
}
