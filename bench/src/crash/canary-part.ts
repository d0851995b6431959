import { type Canary, canaries } from "@callboard/tests/crash/canaries.ts";
import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import { type Part, type PartTrial, placeHeads, placeOf } from "./part.ts";

/** Each safeguard off, once. */
export const canaryPart: Part = {
  name: "canaries",
  title: "Each safeguard switched off: the experiment must notice",
  notes: [],
  heads: [...placeHeads, "Without", "Experiment", "Must find", "Found"],
  mostlyWaits: true,
  inQuick: true,
  async run(trial) {
    // Five deaths in a row take their time.
    const wanted = canaries.filter(({ safeguard }) => !trial.args.quick || safeguard !== "crash-counter");
    return inLanes(wanted, wanted.length, (canary) => sing(trial, canary));
  },
};

async function sing(trial: PartTrial, { safeguard, experiment, finds, run }: Canary): Promise<string[]> {
  trial.progress(`${trial.store} ${trial.scheduler}: without ${safeguard}`);
  const misses = await run(trial);
  const found = misses.find((miss) => miss.includes(finds));
  trial.findings.none(`unnoticed: without ${safeguard}`, found === undefined ? 1 : 0, "calls");
  return [...placeOf(trial), safeguard, experiment, finds, found?.replace(/, e\.g\..*/, "") ?? "NOTHING"];
}
