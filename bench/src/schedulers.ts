/**
 * What schedulers are worth: several processes on one store, against the same engines used by hand, how late they
 * ring, and whether they keep their promises, at full size. The exit code is 1 when a promise is broken.
 */
import { cleanUpNow } from "@callboard/tests/crash/clean-ups.ts";
import { schedulers } from "@callboard/tests/crash/schedulers.ts";
import { newFindings } from "./experiments/experiment.ts";
import { argumentsOrNull, type BenchArguments, isWanted, readArguments } from "./harness/arguments.ts";
import { createReport, type Figure, keepingFigures, type Report } from "./harness/report.ts";
import { againstByHand } from "./schedulers/against-by-hand.ts";
import { experiments } from "./schedulers/experiments/experiments.ts";
import { lateness } from "./schedulers/lateness.ts";
import type { Part } from "./schedulers/part.ts";
import { manyProcesses } from "./schedulers/processes.ts";
import { waitingWakeUps } from "./schedulers/waiting.ts";

const parts: readonly Part[] = [
  ...schedulers.map(({ name }) => manyProcesses(name)),
  againstByHand("BullMQ"),
  againstByHand("pg-boss"),
  lateness,
  waitingWakeUps("BullMQ"),
  waitingWakeUps("pg-boss"),
  ...experiments,
];

process.once("SIGINT", interrupted);
process.once("SIGTERM", interrupted);
await main();

async function main(): Promise<void> {
  const args = argumentsOrNull(readArguments);
  if (!args) return;
  const figures: Figure[] = [];
  const report = keepingFigures(createReport("schedulers", { json: false }), figures);
  const wanted = parts.filter(({ name, inQuick }) => (inQuick || !args.quick) && isWanted(args, name));
  if (wanted.length === 0)
    report.note(`No part has such a name. Parts: ${parts.map(({ name }) => name).join(", ")}.`);
  let broken = 0;
  for (const part of wanted) broken += await runPart(part, args, report);
  report.finish();
  report.note(`${broken} promises broken.`);
  const ok = broken === 0;
  if (!ok) process.exitCode = 1;
  if (args.json) process.stdout.write(`${JSON.stringify({ bench: "schedulers", ok, figures })}\n`);
}

/** Returns how many promises it saw broken. One that fails is a promise broken, and the others go on. */
async function runPart({ name, absent, run }: Part, args: BenchArguments, report: Report): Promise<number> {
  if (absent !== null) {
    report.note(`${name} is left out: ${absent}`);
    return 0;
  }
  const findings = newFindings(name, report);
  let broken = 0;
  const none: typeof findings.none = (what, found, unit) => {
    if ((typeof found === "number" ? found : found.length) > 0) broken += 1;
    findings.none(what, found, unit);
  };
  try {
    await run({ args, report, findings: { ...findings, none } });
  } catch (error) {
    console.error(error);
    none("did not come to its end", [String(error)], "calls");
  }
  return broken;
}

function interrupted(): void {
  void cleanUpNow().finally(() => process.exit(130));
}
