import { setTimeout } from "node:timers/promises";
import type { SchedulerName } from "../crash/schedulers.ts";
import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { withFirm } from "./firm.ts";
import type { FirmSettings } from "./firm-settings.ts";
import { tally } from "./office.ts";
import { until } from "./until.ts";
import type { WorkerProcess } from "./worker-process.ts";

export interface DrainOptions {
  readonly database: ExperimentDatabase;
  /** @default "in-process" */
  readonly scheduler?: SchedulerName;
  /** Sends under way when the worker is told to stop; as many more wait. @default 20 */
  readonly sends?: number;
  /** How long the provider takes to answer. */
  readonly latencyMs: number;
  /** How long the worker waits for answers. */
  readonly drainMs: number;
  /** Whether the provider reports what became of messages. @default true */
  readonly receipts?: boolean;
  /** @default "SIGTERM" */
  readonly signal?: "SIGTERM" | "SIGKILL";
}

export interface DrainCounts {
  readonly ending: WorkerProcess["ending"];
  /** Messages that the provider had when the worker was told, and when it had ended. */
  readonly messagesBefore: number;
  readonly messagesAfter: number;
  /** Rows by status at the moment the worker had ended. */
  readonly left: Readonly<Record<string, number>>;
  /** Rows that wait though nobody has asked the provider for them, and that show no trace of it. */
  readonly untouched: number;
  /** When the next worker had done the rest. */
  readonly audit: Audit;
}

/** R21: a worker with sends under way gets SIGTERM, twice, and the next one does the rest. */
export function drain(options: DrainOptions): Promise<DrainCounts> {
  const {
    database,
    scheduler = "in-process",
    sends = 20,
    latencyMs,
    drainMs,
    receipts = true,
    signal = "SIGTERM",
  } = options;
  const leaseMs = 8 * latencyMs;
  const settings: FirmSettings = {
    policy: { uncertainWaitMs: 2_000 },
    dispatch: {
      ...{ concurrency: sends, leaseMs, heartbeatMs: leaseMs / 4, sendTimeoutMs: leaseMs / 2, sweepMs: 100 },
    },
  };
  return withFirm({ database, scheduler, people: 2 * sends, latencyMs, receipts, settings }, async (firm) => {
    const worker = firm.hire({ drainMs });
    await worker.reported("started");
    await firm.queue("SO-1", 2 * sends);
    await until("all hands are full", () => firm.simulator.messages().length >= sends);
    const messagesBefore = firm.simulator.messages().length;
    worker.signal(signal);
    await setTimeout(20);
    worker.signal(signal);
    await worker.ended();
    const messagesAfter = firm.simulator.messages().length;
    const rows = await firm.notifications();
    const left = tally(rows.map(({ status }) => status));
    const untouched = rows.filter(
      (row) => row.status === "pending" && row.attempts + row.crashes + row.uncertainties === 0,
    ).length;
    firm.hire();
    await firm.idle();
    return {
      ending: worker.ending,
      messagesBefore,
      messagesAfter,
      left,
      untouched,
      audit: await audit(firm),
    };
  });
}
