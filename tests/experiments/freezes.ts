import { setTimeout } from "node:timers/promises";
import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Firm, withFirm } from "./firm.ts";
import { type FirmSettings, scaledSettings } from "./firm-settings.ts";
import { seededRandom } from "./seeded-random.ts";
import type { WorkerProcess } from "./worker-process.ts";

const { leaseMs } = scaledSettings.dispatch;
// Each freeze counts as a crash of what was under way.
const settings: FirmSettings = { ...scaledSettings, policy: { uncertainWaitMs: 1_000, maxCrashes: 50 } };

export interface FreezeOptions {
  readonly database: ExperimentDatabase;
  /** Where in its work it freezes. */
  readonly at: "before-attempts" | "after-attempts";
  /** Lets it send whatever it has claimed: what happens without the look at the lease. @default false */
  readonly careless?: boolean;
}

/** R06: a worker freezes at one point for two leases, another one takes over, and the first one goes on. */
export function freeze({ database, at, careless = false }: FreezeOptions): Promise<Audit> {
  return withFirm({ database, people: 10, settings }, async (firm) => {
    const frozen = firm.hire({ oddity: careless ? { kind: "careless" } : { kind: "freezes", at } });
    await frozen.reported("started");
    await firm.queue("SO-1", 10);
    await frozen.reported("freezing");
    const living = firm.hire();
    await Promise.all([firm.idle(), setTimeout(2 * leaseMs)]);
    frozen.signal("SIGCONT");
    await leave([frozen, living]);
    return audit(firm);
  });
}

export interface FreezesOptions {
  readonly database: ExperimentDatabase;
  readonly rounds: number;
  readonly seed: number;
}

/** R06: workers are frozen for two leases at random moments, while 50 messages come in each second. */
export function freezes({ database, rounds, seed }: FreezesOptions): Promise<Audit> {
  const random = seededRandom(seed);
  return withFirm({ database, people: 100, latencyMs: 50, settings }, async (firm) => {
    const [first, second] = [firm.hire(), firm.hire()];
    await Promise.all([first.reported("started"), second.reported("started")]);
    const over = new AbortController();
    const queueing = queueUntil(firm, over.signal);
    for (let round = 0; round < rounds; round += 1) {
      await setTimeout(random() * 300);
      const frozen = round % 2 === 0 ? first : second;
      frozen.signal("SIGSTOP");
      await setTimeout(2 * leaseMs);
      frozen.signal("SIGCONT");
    }
    over.abort();
    await queueing;
    await firm.idle();
    await leave([first, second]);
    return audit(firm);
  });
}

/** Five people at a time, each in turn, so that nobody gets more than the provider lets through at once. */
async function queueUntil(firm: Firm, over: AbortSignal): Promise<void> {
  for (let index = 0; !over.aborted; index += 1) {
    await firm.queue(`SO-${index}`, 5, (5 * index) % 100);
    await setTimeout(100);
  }
}

/** Lets them end what they have under way. */
async function leave(workers: readonly WorkerProcess[]): Promise<void> {
  for (const worker of workers) worker.signal("SIGTERM");
  await Promise.all(workers.map((worker) => worker.ended()));
}
