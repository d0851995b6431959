import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "@callboard/whatsapp-simulator";
import { openScheduler } from "../crash/open-scheduler.ts";
import { openStore } from "../crash/open-store.ts";
import { type SchedulerName, schedulerOf } from "../crash/schedulers.ts";
import type { Oddity } from "../fixtures/engine-worker.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { openFirmHost } from "./firm-host.ts";
import { type FirmSettings, scaledSettings } from "./firm-settings.ts";
import { until } from "./until.ts";
import { type WorkerProcess, workerProcess } from "./worker-process.ts";

export interface FirmOptions {
  readonly database: ExperimentDatabase;
  /** Rings for the workers when the host queues. @default "in-process": each worker finds by its sweep what was queued */
  readonly scheduler?: SchedulerName;
  readonly people: number;
  /** Between a message's acceptance and the answer. @default 20 */
  readonly latencyMs?: number;
  /** Whether the provider reports what became of messages. @default true */
  readonly receipts?: boolean;
  /** Of all its processes. @default {@link scaledSettings} */
  readonly settings?: FirmSettings;
}

export interface HireOptions {
  /** Where it finds the provider. @default straight at the simulator */
  readonly providerUrl?: string;
  readonly oddity?: Oddity;
  /** @default 10_000 */
  readonly drainMs?: number;
  /** @default the firm's */
  readonly sweepMs?: number;
}

export type Firm = Awaited<ReturnType<typeof openFirm>>;

/**
 * A host that queues and takes webhooks, a simulated WhatsApp, and a database through which any number of worker
 * processes are asked to send.
 */
export async function openFirm(options: FirmOptions) {
  const {
    database,
    people,
    scheduler = "in-process",
    latencyMs = 20,
    receipts = true,
    settings = scaledSettings,
  } = options;
  const { url, close } = await database.open({ connections: 2 });
  const { storage, pool, close: disconnect } = openStore(url);
  const queue = await schedulerOf(scheduler).open(url);
  const rung = await openScheduler(queue.place, pool);
  const simulator = await startSimulator({
    window: "open",
    limits: "none",
    apiLatencyMs: latencyMs,
    statusDelaysMs: { sent: 10, delivered: 50, read: null },
    webhookRetryDelaysMs: Array.from({ length: 20 }, () => 250),
  });
  const providerUrl = simulator.url;
  const host = await openFirmHost({
    ...{ storage, scheduler: rung.scheduler, providerUrl, people, policy: settings.policy },
  });
  if (receipts) simulator.setWebhookUrl(host.webhookUrl);
  const workers: WorkerProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), "callboard-firm-"));
  return {
    ...host,
    simulator,
    storage,
    settings,
    /** For files that its processes look for; deleted when it closes. */
    folder,
    /** Starts a worker; look at `reported("started")`. */
    hire({ drainMs = 10_000, sweepMs, oddity, ...places }: HireOptions = {}): WorkerProcess {
      const worker = workerProcess({
        ...{
          database: url,
          scheduler: queue.place,
          simulatorUrl: places.providerUrl ?? providerUrl,
          drainMs,
          oddity: oddity ?? null,
        },
        policy: settings.policy,
        dispatch: { ...settings.dispatch, ...(sweepMs !== undefined && { sweepMs }) },
      });
      workers.push(worker);
      return worker;
    },
    /** Resolves when nothing waits, is being sent, or is uncertain. */
    idle: () => until("nothing is left to do", host.isIdle, { withinMs: 90_000, everyMs: 50 }),
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.kill()));
      await simulator.stop();
      await host.close();
      await rung.close();
      await queue.close();
      await disconnect();
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs `work` in a firm that is closed whatever happens. */
export async function withFirm<Result>(
  options: FirmOptions,
  work: (firm: Firm) => Promise<Result>,
): Promise<Result> {
  const firm = await openFirm(options);
  try {
    return await work(firm);
  } finally {
    await firm.close();
  }
}
