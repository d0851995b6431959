/**
 * The crash matrix: what becomes of notifications when their workers are killed at every step and at random moments, when
 * answers get lost, when servers go away and when clocks are wrong. The exit code is 1 when a bound is missed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUpNow } from "@callboard/tests/crash/clean-ups.ts";
import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import { Providers } from "@callboard/tests/crash/providers.ts";
import { type SchedulerName, schedulerNames } from "@callboard/tests/crash/schedulers.ts";
import { hasty, production, scaled } from "@callboard/tests/crash/settings.ts";
import { type CrashStore, stores } from "@callboard/tests/crash/stores.ts";
import { type CrashArguments, readCrashArguments } from "./crash/arguments.ts";
import { canaryPart } from "./crash/canary-part.ts";
import { type CrashBounds, crashDocument, type PrintedTable } from "./crash/document.ts";
import { randomMoments, sameNotifications } from "./crash/kills.ts";
import { namedSteps } from "./crash/named-steps.ts";
import { clocksWrong, postgresDown, providerDown } from "./crash/outages.ts";
import type { Part, PartTrial } from "./crash/part.ts";
import { answersLost, frozen } from "./crash/uncertain.ts";
import { newFindings } from "./experiments/experiment.ts";
import { isWanted } from "./harness/arguments.ts";
import { createReport, type Figure, type Report } from "./harness/report.ts";

const parts: readonly Part[] = [
  namedSteps,
  randomMoments,
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
  const args = argumentsOrNull();
  if (!args) return;
  const figures: Figure[] = [];
  const report = keepingFigures(createReport("crash", { json: false }), figures);
  const settings = args.production ? production : args.quick ? hasty : scaled;
  report.note(`Seed ${args.seed}; ${settings.name} settings.`);
  const leftOut = [...absences(args)];
  for (const line of leftOut) report.note(line);
  const providers = new Providers();
  try {
    const base = { providers, settings, seed: args.seed, receipts: true, args, progress: report.progress };
    const tables = await measure(base, report, leftOut);
    const bounds = finish(figures, args, report);
    if (!args.quick && args.only.length === 0) write({ args, settings, tables, leftOut, bounds });
  } finally {
    await providers.close();
  }
}

type TrialBase = Omit<PartTrial, "store" | "scheduler" | "findings">;

/** Part by part, so that one table compares all stores. */
async function measure(base: TrialBase, report: Report, leftOut: string[]): Promise<PrintedTable[]> {
  const tables: PrintedTable[] = [];
  for (const part of parts.filter(({ inQuick }) => inQuick || !base.args.quick)) {
    const wanted = places(base.args).filter(
      ([{ name }, scheduler]) =>
        (part.stores?.includes(name) ?? true) &&
        isWanted(base.args, `${name.toLowerCase()} ${scheduler} ${part.name}`),
    );
    const found = await inLanes(wanted, part.mostlyWaits ? wanted.length : 1, ([store, scheduler]) => {
      const findings = newFindings(`${part.name}, ${store.name} × ${scheduler}`, report);
      return linesOf(part, { ...base, store: store.name, scheduler, findings }, leftOut);
    });
    const lines = found.flat();
    if (lines.length === 0) continue;
    report.table(part.title, part.heads, lines);
    for (const note of part.notes) report.note(note);
    tables.push({ ...part, lines });
  }
  return tables;
}

/** One that fails is a bound missed, and the others go on. */
async function linesOf(part: Part, trial: PartTrial, leftOut: string[]): Promise<string[][]> {
  const absence = part.absent?.() ?? null;
  if (absence !== null) {
    leftOut.push(`${part.title} is left out on ${trial.store}: ${absence}.`);
    return [];
  }
  try {
    return await part.run(trial);
  } catch (error) {
    console.error(error);
    trial.findings.none("did not come to its end", [String(error)], "calls");
    return [];
  }
}

/** A quick run keeps to SQLite, unless it is told another store. */
function places({ quick, only }: CrashArguments): [CrashStore, SchedulerName][] {
  const named = (store: CrashStore) => only.some((text) => text.includes(store.name.toLowerCase()));
  const here = stores.filter((store) => store.absent === null);
  const wanted = quick
    ? here.filter((store) => (here.some(named) ? named(store) : store.name === "SQLite"))
    : here;
  return wanted.flatMap((store) =>
    schedulerNames.map((scheduler): [CrashStore, SchedulerName] => [store, scheduler]),
  );
}

function* absences(args: CrashArguments): Generator<string> {
  yield "Memory is left out: it ends with its process, and with it everything that a crash could leave.";
  for (const { name, absent } of stores) if (absent !== null) yield `${name} is left out, because ${absent}`;
  if (args.quick) yield "A quick run is on SQLite alone; --quick --only postgresql measures another store.";
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

function keepingFigures(report: Report, figures: Figure[]): Report {
  return {
    ...report,
    figure(...measured) {
      const figure = report.figure(...measured);
      figures.push(figure);
      return figure;
    },
  };
}

/** `null`: what was typed is no option, which is said already. */
function argumentsOrNull(): CrashArguments | null {
  try {
    return readCrashArguments();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return null;
  }
}

function interrupted(): void {
  void cleanUpNow().finally(() => process.exit(130));
}
