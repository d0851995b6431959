import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import { killAtStep, type StepFindings } from "@callboard/tests/crash/kill-at-step.ts";
import { type Step, steps } from "@callboard/tests/crash/steps.ts";
import { type Part, type PartTrial, placeHeads, placeOf } from "./part.ts";
import { verdictCells, verdictHeads } from "./verdict-columns.ts";

/** Rounds at once: most of a round is waiting. */
const lanes = { quick: 6, full: 10 };

/** R02: a worker is killed at each step, again and again. */
export const namedSteps: Part = {
  name: "named steps",
  title: "Killed at every step (R02)",
  notes: [
    "Five notifications; their worker dies at the step, and another one takes over.",
    "Seen: where the kill struck, as somebody else saw it. A kill that struck elsewhere is a miss.",
    "Between the request and the commit of the record nobody can know, without receipts, that the provider has the message; there, and nowhere else, it may be sent once more.",
  ],
  heads: [...placeHeads, "Receipts", "Step", "Rounds", "Seen", ...verdictHeads],
  mostlyWaits: false,
  inQuick: true,
  async run(trial) {
    const { args } = trial;
    const kinds = args.quick ? [true] : [true, false];
    const wanted = steps.filter((step) => canStrike(trial, step));
    const rounds = kinds.flatMap((receipts) =>
      wanted.flatMap((step) => Array.from({ length: args.rounds }, () => ({ receipts, step }))),
    );
    const found = await inLanes(rounds, args.quick ? lanes.quick : lanes.full, ({ receipts, step }, index) =>
      roundOf({ ...trial, receipts, seed: trial.seed + index }, step),
    );
    return kinds.flatMap((receipts) =>
      wanted.map((step) => {
        const ofStep = found.filter(
          (_, index) => rounds[index]?.step === step && rounds[index].receipts === receipts,
        );
        return line(trial, { step, receipts, found: ofStep });
      }),
    );
  },
};

/** With production's settings every send is over before the first heartbeat. */
function canStrike({ settings }: PartTrial, { at }: Step): boolean {
  return at?.verb !== "renew" || settings.heartbeatMs < settings.sendTimeoutMs;
}

async function roundOf(trial: PartTrial, step: Step): Promise<StepFindings> {
  trial.progress(`${trial.store} ${trial.scheduler}: killed ${step.name}`);
  return killAtStep({ ...trial, step });
}

function line(
  trial: PartTrial,
  { step, receipts, found }: { step: Step; receipts: boolean; found: readonly StepFindings[] },
): string[] {
  const kind = receipts ? "on" : "off";
  const seen = [...new Set(found.map((one) => one.seen))].join(", ");
  const cells = verdictCells(trial, `${step.name}, receipts ${kind}`, found);
  return [...placeOf(trial), kind, step.name, String(found.length), seen, ...cells];
}
