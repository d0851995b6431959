/**
 * The crash matrix: what becomes of notifications when their workers are killed at every step and at random moments, when
 * answers get lost, when servers go away and when clocks are wrong. The exit code is 1 when a bound is missed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUpNow } from "@callboard/tests/crash/clean-ups.ts";
import { Providers } from "@callboard/tests/crash/providers.ts";
import { hasty, production, scaled } from "@callboard/tests/crash/settings.ts";
import { type CrashArguments, readCrashArguments } from "./crash/arguments.ts";
import { canaryPart } from "./crash/canary-part.ts";
import { type CrashBounds, crashDocument } from "./crash/document.ts";
import { queueWiped, randomMoments, sameNotifications } from "./crash/kills.ts";
import { measure } from "./crash/measure.ts";
import { namedSteps } from "./crash/named-steps.ts";
import { clocksWrong, postgresDown, providerDown } from "./crash/outages.ts";
import type { Part } from "./crash/part.ts";
import { leftOutOf } from "./crash/places.ts";
import { answersLost, frozen } from "./crash/uncertain.ts";
import { argumentsOrNull } from "./harness/arguments.ts";
import { createReport, type Figure, keepingFigures, type Report } from "./harness/report.ts";

const parts: readonly Part[] = [
  namedSteps,
  randomMoments,
  queueWiped,
  sameNotifications,
  answersLost,
  frozen,
  providerDown,
  postgresDown,
  clocksWrong,
  canaryPart,
];

const documentFile = fileURLToPath(new URL("../../docs/reference/crash-matrix.md", import.meta.url));

process.once("SIGINT", interrupted);
process.once("SIGTERM", interrupted);
await main();

async function main(): Promise<void> {
  const args = argumentsOrNull(readCrashArguments);
  if (!args) return;
  const figures: Figure[] = [];
  const report = keepingFigures(createReport("crash", { json: false }), figures);
  const settings = args.production ? production : args.quick ? hasty : scaled;
  report.note(`Seed ${args.seed}; ${settings.name} settings.`);
  const leftOut = leftOutOf(args);
  for (const line of leftOut) report.note(line);
  const providers = new Providers();
  try {
    const base = { providers, settings, seed: args.seed, receipts: true, args, progress: report.progress };
    const runs = await measure(base, parts, { report, leftOut });
    const bounds = finish(figures, args, report);
    if (!args.quick && args.only.length === 0) write({ args, settings, runs, leftOut, bounds });
  } finally {
    await providers.close();
  }
}

/** Prints what was missed, and with `--json` the line for machines. */
function finish(figures: readonly Figure[], { json }: CrashArguments, report: Report): CrashBounds {
  const bounds = figures.filter(({ met }) => met !== null);
  const missed = bounds.filter(({ met }) => met === false);
  report.note(`${bounds.length} bounds, ${missed.length} missed.`);
  if (missed.length > 0) report.table("Missed", ["Figure", "Measured", "Target"], missed.map(missedRow));
  const ok = missed.length === 0;
  if (!ok) process.exitCode = 1;
  if (json) process.stdout.write(`${JSON.stringify({ bench: "crash", ok, figures })}\n`);
  return { checked: bounds.length, missed };
}

function missedRow({ name, value, unit, target }: Figure): string[] {
  return [name, `${value} ${unit}`, `${target} ${unit}`];
}

function write(document: Parameters<typeof crashDocument>[0]): void {
  mkdirSync(dirname(documentFile), { recursive: true });
  writeFileSync(documentFile, crashDocument(document));
}

function interrupted(): void {
  void cleanUpNow().finally(() => process.exit(130));
}
