import type { Pause } from "../ports/pause-store.js";

/** What a health check has found. */
export interface Findings {
  readonly oldestDueMs: number | null;
  readonly lastSweepMs: number | null;
  readonly paused: readonly Pause[];
  /** Why the store did not answer, in a sentence; `null`: it did. */
  readonly storageFault: string | null;
  readonly schedulerFault: string | null;
}

export interface HealthLimits {
  /** Due for longer than this is late. */
  readonly lateMs: number;
  /** How often this process sweeps. */
  readonly sweepMs: number;
}

export interface HealthProblem {
  readonly words: string;
  /** This process can do nothing as long as it lasts. */
  readonly isFatal: boolean;
}

/** A sweep that comes so much later than it should has hung. */
const slowSweepMs = 15_000;

/** What is the matter, each in words with their cure; the worst first. */
export function healthProblems(findings: Findings, limits: HealthLimits): HealthProblem[] {
  return [
    ...storageProblems(findings),
    ...sweepProblems(findings, limits),
    ...schedulerProblems(findings),
    ...lateProblems(findings, limits),
    ...findings.paused.map(pauseProblem),
  ];
}

function storageProblems({ storageFault }: Findings): HealthProblem[] {
  if (storageFault === null) return [];
  const words = `The store does not answer, and nothing is queued or sent until it does: see to the database. ${storageFault}`;
  return [{ words, isFatal: true }];
}

function sweepProblems({ lastSweepMs, storageFault }: Findings, { sweepMs }: HealthLimits): HealthProblem[] {
  // No sweep ends while the store does not answer.
  if (lastSweepMs === null || storageFault !== null || lastSweepMs <= 3 * sweepMs + slowSweepMs) return [];
  const words = `No sweep has come to its end for ${inSeconds(lastSweepMs)}, though the store answers. Either the log says why, or this process has hung: restart it.`;
  return [{ words, isFatal: true }];
}

function schedulerProblems({ schedulerFault }: Findings): HealthProblem[] {
  if (schedulerFault === null) return [];
  const words = `The scheduler's engine does not answer: see to it. Until it does the sweep delivers, some seconds later. ${schedulerFault}`;
  return [{ words, isFatal: false }];
}

function lateProblems({ oldestDueMs }: Findings, { lateMs }: HealthLimits): HealthProblem[] {
  if (oldestDueMs === null || oldestDueMs <= lateMs) return [];
  const words = `A notification has been due for ${inSeconds(oldestDueMs)}. See whether a worker runs, and whether the sender's own limit holds it up; if neither helps, start more workers.`;
  return [{ words, isFatal: false }];
}

function pauseProblem({ channel, template, reason, until, holds }: Pause): HealthProblem {
  const what = template === null ? `Channel ${channel}` : `Template ${template} on channel ${channel}`;
  const end = holds ? `until ${until.toISOString()}` : "until a message has gone through that tries it";
  return { words: `${what} is paused ${end}: ${reason}`, isFatal: false };
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
