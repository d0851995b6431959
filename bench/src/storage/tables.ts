import { type BenchDatabase, connect } from "../harness/databases.ts";
import { type Measurements, measure, type Stopwatch } from "../harness/measure.ts";
import { scannedTables } from "../harness/plans.ts";
import { counted, type Report, shown, verdict, withSpread } from "../harness/report.ts";
import { tableRound } from "./table-round.ts";
import { largeTables, openTableSet, settle, type TableSet, withRecorder } from "./table-set.ts";

export interface TableSizes {
  /** How many rows there are, ascending; the first is 0. */
  readonly rows: readonly number[];
  readonly rounds: number;
}

const maxRatio = 2;
const maxStatsMs = 100;

/** What every verb of the store costs beside none and beside many rows, and whether each finds its rows by an index. */
export async function measureTables(
  database: BenchDatabase,
  { rows, rounds }: TableSizes,
  report: Report,
): Promise<void> {
  const db = connect(database);
  try {
    const sets: TableSet[] = [];
    for (const count of rows) {
      report.progress(`${database.name}: making tables with ${counted(count)} rows`);
      sets.push(await openTableSet(database, db, count));
    }
    const plans = await plansOfLargest(sets, report);
    report.progress(`${database.name}: measuring`);
    const sides = sets.map((set) => ({
      name: nameOf(set),
      round: (time: Stopwatch, index: number) => tableRound(set, time, index),
    }));
    printTable(database, sets, await measure(sides, rounds), plans, report);
  } finally {
    await db.destroy();
  }
}

function printTable(
  { name }: BenchDatabase,
  sets: readonly TableSet[],
  results: Measurements,
  plans: ReadonlyMap<string, string>,
  report: Report,
): void {
  const [none, largest] = [sets[0], sets.at(-1)].map((set) => (set ? nameOf(set) : ""));
  if (none === undefined || largest === undefined) return;
  const rows = results.labels.map((label) => {
    const ratio = results.ratio(largest, label, none);
    const { median } = results.ms(largest, label);
    const figureName = `${label}, ${name}, ${largest} rows`;
    const isStats = label.startsWith("stats");
    report.figure(figureName, median, "ms", isStats && name === "postgres" ? maxStatsMs : undefined);
    // How many rows fall into 24 hours depends on how many there are.
    const figure = report.figure(`${figureName} vs 0`, ratio.median, "x", isStats ? undefined : maxRatio);
    const times = sets.map((set) => `${shown(results.ms(nameOf(set), label).median)} ms`);
    return [label, ...times, withSpread(ratio, "x"), verdict(figure), plans.get(label) ?? ""];
  });
  const heads = sets.map((set) => `${counted(set.rows)} rows`);
  report.table(`Tables, ${name}`, ["Verb", ...heads, "Largest vs 0", `<= ${maxRatio}x`, "Plan"], rows);
}

/** How the largest set is read: while the planner knows nothing of it yet, and later. */
async function plansOfLargest(sets: readonly TableSet[], report: Report): Promise<Map<string, string>> {
  const largest = sets.at(-1);
  if (!largest) return new Map();
  const young = await plansOf(largest, -3);
  for (const set of sets) await settle(set);
  const settled = await plansOf(largest, -2);
  for (const [age, plans] of Object.entries({ "just filled": young, settled })) {
    const scans = [...plans.values()].filter((plan) => plan !== "index").length;
    const name = `verbs without an index, ${largest.database.name}, ${largest.rows} rows, ${age}`;
    report.figure(name, scans, "verbs", 0);
  }
  return new Map(
    [...settled].map(([label, plan]) => {
      const before = young.get(label) ?? plan;
      return [label, before === plan ? plan : `${plan}; just filled: ${before}`];
    }),
  );
}

/** "index", or which tables a verb reads from end to end. */
async function plansOf(largest: TableSet, index: number): Promise<Map<string, string>> {
  const { set, recorder } = withRecorder(largest);
  const scanned = new Map<string, Set<string>>();
  try {
    await tableRound(
      set,
      async (label, work) => {
        recorder.taken();
        const result = await work();
        const tables = scanned.get(label) ?? new Set();
        scanned.set(label, tables);
        for (const query of recorder.taken()) {
          const scans = await scannedTables(set.database.name, largest.db, query, largeTables(set));
          for (const table of scans) tables.add(table.slice(set.prefix.length));
        }
        return result;
      },
      index,
    );
  } finally {
    await set.db.destroy();
  }
  const plan = (tables: ReadonlySet<string>) =>
    tables.size === 0 ? "index" : `SCAN ${[...tables].join(", ")}`;
  return new Map([...scanned].map(([label, tables]) => [label, plan(tables)]));
}

function nameOf({ rows }: TableSet): string {
  return String(rows);
}
