import { type BenchArguments, isWanted } from "../harness/arguments.ts";
import type { DatabaseName } from "../harness/databases.ts";
import { figureHeads, figureRow, type Report } from "../harness/report.ts";
import { claimRace } from "./claim-race.ts";
import { type Experiment, newFindings } from "./experiment.ts";
import { keyRace } from "./key-race.ts";
import { killedFanOut } from "./killed-fan-out.ts";
import { lockBudget } from "./lock-budget.ts";
import { mariadbReality } from "./mariadb-reality.ts";
import { massacre } from "./massacre.ts";
import { readOnly } from "./read-only.ts";
import { retention } from "./retention.ts";
import { rollback } from "./rollback.ts";
import { sqliteKills } from "./sqlite-kills.ts";

const experiments: readonly Experiment[] = [
  rollback,
  massacre,
  readOnly,
  mariadbReality,
  sqliteKills,
  claimRace,
  keyRace,
  killedFanOut,
  lockBudget,
  retention,
];

/** The parts of the benchmark that are experiments, without the name of the database. */
export function experimentParts({ quick }: BenchArguments): string[] {
  return experiments.filter(({ inQuick }) => inQuick || !quick).map(partOf);
}

/** Tries on one database what was asked for. One that fails is a target missed, and the others go on. */
export async function runExperiments(
  database: DatabaseName,
  args: BenchArguments,
  report: Report,
): Promise<void> {
  const parts = experimentParts(args);
  for (const experiment of experiments) {
    const part = partOf(experiment);
    const isOne = parts.includes(part) && experiment.databases.includes(database);
    if (isOne && isWanted(args, `${database} ${part}`)) await tryOne(experiment, database, args, report);
  }
}

async function tryOne(
  { name, run }: Experiment,
  database: DatabaseName,
  { quick }: BenchArguments,
  report: Report,
): Promise<void> {
  report.progress(`${database}: experiment ${name}`);
  const start = performance.now();
  const findings = newFindings(`${name}, ${database}`, report);
  try {
    await run({ database, quick, report, findings });
  } catch (error) {
    console.error(error);
    findings.none("did not come to its end", [String(error)], "calls");
  }
  const seconds = Math.round((performance.now() - start) / 1_000);
  report.table(`Experiment ${name}, ${database}, ${seconds} s`, figureHeads, findings.figures.map(figureRow));
}

function partOf({ name }: Experiment): string {
  return `experiments ${name}`;
}
