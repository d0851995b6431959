import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { connect, withDatabase } from "../harness/databases.ts";
import { percentile } from "../harness/measure.ts";
import { openTableSet, settle, type TableSet } from "../storage/table-set.ts";
import type { Experiment, Findings, Trial } from "./experiment.ts";
import { expectAllSent, type TimedStatement, type TrafficTimes, withTraffic } from "./live-traffic.ts";

const rows = 1_000_000;
const beforeMs = 20_000;

/** The schema moves on below a million rows, while callers and workers of the version before go on. */
export const lockBudget: Experiment = {
  name: "D02 lock budget",
  databases: ["postgres", "mariadb"],
  inQuick: false,
  async run({ database: name, report, findings }) {
    await withDatabase(name, report, async (database) => {
      const db = connect(database);
      try {
        const set = await openTableSet(database, db, rows);
        await settle(set);
        await standAtFirst(set);
        report.progress(`${name}: live traffic, then migrate()`);
        const counts = await withTraffic(set, { reads: "details" }, async (traffic) => {
          await setTimeout(beforeMs);
          const before = await traffic.taken();
          const start = performance.now();
          await set.storage.migrate();
          findings.figure("migrate()", performance.now() - start, "ms");
          compareTimes(before, await traffic.taken(), { report, findings });
        });
        expectAllSent(counts, findings);
      } finally {
        await db.destroy();
      }
    });
  },
};

/**
 * Undoes the second migration, whose indexes take their time, and has the third run again: it adds columns where they are
 * missing, and the traffic of today's code needs them.
 */
async function standAtFirst({ db, prefix, database }: TableSet): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${prefix}migrations`)}`.execute(
    db,
  );
  const others = rows.map(({ name }) => name).filter((name) => name !== "0001-tables");
  if (others.toSorted().join() !== "0002-reading-indexes,0003-stories")
    throw new Error(`lock-budget.ts does not know how to undo ${others.join(", ")}. Teach it.`);
  for (const suffix of ["newest", "user", "batch", "trouble"]) {
    const index = sql.id(`${prefix}notifications_${suffix}`);
    const on = database.name === "mariadb" ? sql`on ${sql.table(`${prefix}notifications`)}` : sql``;
    await sql`drop index ${index} ${on}`.execute(db);
  }
  await sql`delete from ${sql.table(`${prefix}migrations`)} where name <> '0001-tables'`.execute(db);
}

function compareTimes(
  before: TrafficTimes,
  during: TrafficTimes,
  { report, findings }: Pick<Trial, "report"> & { readonly findings: Findings },
): void {
  const longest = longestOf(during);
  findings.figure("longest live statement before", longestOf(before).ms, "ms");
  findings.figure("longest live statement during migrate()", longest.ms, "ms", 200);
  report.note(`D02: the longest live statement was ${longest.sql.slice(0, 90).replaceAll(/\s+/g, " ")}`);
  const [usual, meanwhile] = [before, during].map(({ claims }) => percentile(claims, 0.95));
  findings.figure("claim p95 before", usual ?? Number.NaN, "ms");
  findings.figure("claim p95 during vs before", (meanwhile ?? Number.NaN) / (usual ?? Number.NaN), "x", 2);
}

function longestOf({ statements }: TrafficTimes): TimedStatement {
  return statements.reduce((longest, one) => (one.ms > longest.ms ? one : longest), { sql: "", ms: 0 });
}
