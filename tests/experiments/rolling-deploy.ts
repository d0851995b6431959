import { setTimeout } from "node:timers/promises";
import type { SchedulerName } from "../crash/schedulers.ts";
import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Firm, withFirm } from "./firm.ts";
import type { FirmSettings } from "./firm-settings.ts";
import { tally } from "./office.ts";
import type { WorkerProcess } from "./worker-process.ts";

export interface RollingDeployOptions {
  readonly database: ExperimentDatabase;
  /** @default "in-process" */
  readonly scheduler?: SchedulerName;
  /** How long it lasts. */
  readonly forMs: number;
  /** How often one of the two workers is replaced. */
  readonly everyMs: number;
  readonly perSecond: number;
  /** @default "SIGTERM" */
  readonly signal?: "SIGTERM" | "SIGKILL";
  /** @default 10_000 */
  readonly leaseMs?: number;
  /** Between a message's acceptance and the answer. @default 200 */
  readonly latencyMs?: number;
}

export interface RollingDeployCounts {
  readonly queued: number;
  readonly replaced: number;
  /** Workers by their exit code, or signal. */
  readonly endings: Readonly<Record<string, number>>;
  readonly audit: Audit;
}

/** R22: one of two workers is replaced again and again, while messages come in all the time. */
export function rollingDeploy(options: RollingDeployOptions): Promise<RollingDeployCounts> {
  const {
    database,
    scheduler = "in-process",
    forMs,
    everyMs,
    perSecond,
    signal = "SIGTERM",
    leaseMs = 10_000,
    latencyMs = 200,
  } = options;
  const settings: FirmSettings = {
    policy: { uncertainWaitMs: 500 },
    dispatch: {
      ...{ concurrency: 20, leaseMs, heartbeatMs: leaseMs / 4, sendTimeoutMs: leaseMs / 2, sweepMs: 500 },
    },
  };
  const firm = { database, scheduler, people: perSecond, latencyMs, receipts: false, settings };
  return withFirm(firm, async (firm) => {
    const serving = [firm.hire(), firm.hire()];
    await Promise.all(serving.map((worker) => worker.reported("started")));
    const over = new AbortController();
    const queueing = queueUntil(firm, perSecond, over.signal);
    const gone: WorkerProcess[] = [];
    for (const endsAt = Date.now() + forMs; Date.now() < endsAt; ) {
      const next = firm.hire();
      await Promise.all([next.reported("started"), setTimeout(everyMs)]);
      const old = serving.shift();
      serving.push(next);
      old?.signal(signal);
      if (old) gone.push(old);
    }
    over.abort();
    const queued = await queueing;
    await firm.idle();
    for (const worker of serving) worker.signal("SIGTERM");
    await Promise.all([...gone, ...serving].map((worker) => worker.ended()));
    const endings = [...gone, ...serving].map(({ ending }) => String(ending?.code ?? ending?.signal));
    return { queued, replaced: gone.length, endings: tally(endings), audit: await audit(firm) };
  });
}

/** In ten portions each second. Returns how many it has queued. */
async function queueUntil(firm: Firm, perSecond: number, over: AbortSignal): Promise<number> {
  const portion = Math.ceil(perSecond / 10);
  let queued = 0;
  while (!over.aborted) {
    queued += (await firm.queue(`SO-${queued}`, portion)).length;
    await setTimeout(100);
  }
  return queued;
}
