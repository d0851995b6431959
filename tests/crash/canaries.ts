import { frozenWorker } from "./frozen-worker.ts";
import { killAtStep } from "./kill-at-step.ts";
import type { Safeguard } from "./safeguards.ts";
import type { Trial } from "./stage.ts";
import { stepOf } from "./steps.ts";
import { unlucky } from "./unlucky.ts";

/** An experiment without one safeguard, which it must miss. */
export interface Canary {
  readonly safeguard: Safeguard;
  /** The experiment that depends on it, in words. */
  readonly experiment: string;
  /** What it must find, as its misses say it. */
  readonly finds: string;
  /** Its misses. */
  readonly run: (trial: Trial) => Promise<readonly string[]>;
}

export const canaries: readonly Canary[] = [
  {
    safeguard: "fencing",
    experiment: "frozen worker",
    finds: "told twice",
    run: async (trial) => (await frozenWorker({ ...trial, without: ["fencing"] })).misses,
  },
  killed("sweep", "after the claim", "stuck"),
  killed("receipts", "request written, no answer yet", "told twice"),
  killed("attempt-first", "request written, no answer yet", "request without an attempt"),
  killed("acceptance", "before the claim", "lost"),
  {
    safeguard: "crash-counter",
    experiment: "five deaths",
    finds: "crashes in all",
    run: async (trial) => (await unlucky({ ...trial, kills: 5, without: ["crash-counter"] })).misses,
  },
];

function killed(safeguard: Safeguard, stepName: string, finds: string): Canary {
  return {
    safeguard,
    finds,
    experiment: `killed ${stepName}`,
    async run(trial) {
      const options = { ...trial, receipts: true, step: stepOf(stepName), without: [safeguard] };
      // What nobody sweeps would stay as it is for ever.
      const patience = safeguard === "sweep" ? { patienceMs: 1_000 } : {};
      return (await killAtStep({ ...options, ...patience })).misses;
    },
  };
}
