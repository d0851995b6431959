import type { Pause } from "../ports/pause-store.js";
import type { Runtime } from "../runtime.js";
import { type Findings, type HealthLimits, healthProblems } from "./health-problems.js";
import { Inquiry } from "./inquiry.js";

/** How well notifications come through, as this process sees it. */
export interface Health {
  /** `degraded`: people are told late, or not on every channel. `failing`: this process can do nothing about it. */
  readonly status: "ok" | "degraded" | "failing";
  /** What is the matter and what to do, in words, the worst first; empty when all is well. No secrets, addresses of servers or people. */
  readonly problems: readonly string[];
  /** How long the notification that has waited longest is due, by the store's clock; those behind a pause do not count. In ms. `null`: nothing is due, or the store does not answer. */
  readonly oldestDueMs: number | null;
  /** How long ago this process last finished a sweep, or began to send. In ms. `null`: it does not send. */
  readonly lastSweepMs: number | null;
  readonly storage: { readonly answers: boolean };
  /** The engine behind it: Redis, PostgreSQL. One in this process always answers. */
  readonly scheduler: { readonly answers: boolean };
  /** Of the channels of this process; empty as well when the store does not answer. */
  readonly paused: readonly Pause[];
}

export interface HealthOptions {
  /** The store and the scheduler have so long to answer. In ms. @default 2_000 */
  readonly timeoutMs?: number;
  /** Due for longer than this is late. In ms. @default 60_000 */
  readonly lateMs?: number;
}

interface Surroundings<Tx> {
  readonly runtime: Runtime<Tx>;
  readonly worker: { readonly lastSweepMs: number | null };
  readonly sweepMs: number;
}

/** Makes the check: it asks the store and the scheduler at the same time, and never rejects. */
export function createHealth<Tx>({ runtime, worker, sweepMs }: Surroundings<Tx>) {
  const store = new Inquiry(runtime, "store", () => lookAtStore(runtime));
  const engine = new Inquiry(runtime, "scheduler", () => runtime.scheduler.ping());
  return async ({ timeoutMs = 2_000, lateMs = 60_000 }: HealthOptions = {}): Promise<Health> => {
    const [stored, ping] = await Promise.all([store.answer(timeoutMs), engine.answer(timeoutMs)]);
    const { oldestDueMs, paused } = stored.value ?? { oldestDueMs: null, paused: [] };
    const { lastSweepMs } = worker;
    const faults = { storageFault: stored.fault, schedulerFault: ping.fault };
    return inShort({ oldestDueMs, lastSweepMs, paused, ...faults }, { lateMs, sweepMs });
  };
}

async function lookAtStore<Tx>({ storage, transports }: Runtime<Tx>) {
  const paused = (await storage.pauses.list()).filter(({ channel }) => transports.has(channel));
  const closed = new Set(paused.flatMap(({ channel, template }) => (template === null ? channel : [])));
  const channels = [...transports.keys()].filter((channel) => !closed.has(channel));
  const pausedTemplates = paused.flatMap(({ channel, template }) =>
    template === null ? [] : { channel, template },
  );
  // Nothing is claimed of what is paused, so nothing of it is late.
  const oldestDueMs = await storage.notifications.oldestDue({ channels, pausedTemplates });
  return { paused, oldestDueMs };
}

function inShort(findings: Findings, limits: HealthLimits): Health {
  const { storageFault, schedulerFault, ...figures } = findings;
  const problems = healthProblems(findings, limits);
  const troubled = problems.some(({ isFatal }) => isFatal) ? "failing" : "degraded";
  return {
    status: problems.length === 0 ? "ok" : troubled,
    problems: problems.map(({ words }) => words),
    ...figures,
    storage: { answers: storageFault === null },
    scheduler: { answers: schedulerFault === null },
  };
}
