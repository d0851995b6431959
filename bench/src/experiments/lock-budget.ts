import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { connect, withDatabase } from "../harness/databases.ts";
import { percentile } from "../harness/measure.ts";
import { openTableSet, settle, type TableSet } from "../storage/table-set.ts";
import type { Experiment, Findings, Trial } from "./experiment.ts";
import {
  claimTimes,
  pageLabel,
  startTraffic,
  type TimedStatement,
  type TrafficTimes,
} from "./live-traffic.ts";

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
        const traffic = startTraffic(set);
        await setTimeout(beforeMs);
        const before = traffic.taken();
        const start = performance.now();
        await set.storage.migrate();
        findings.figure("migrate()", performance.now() - start, "ms");
        const during = traffic.taken();
        const { queued, lost, sentTwice, withoutAttempt, errors } = await traffic.finish();
        compareTimes(before, during, { report, findings });
        findings.figure("queued meanwhile", queued, "rows");
        findings.none("live calls that failed", errors, "calls");
        findings.none("not sent", lost);
        findings.none("sent twice", sentTwice);
        findings.none("sent without exactly one attempt", withoutAttempt);
      } finally {
        await db.destroy();
      }
    });
  },
};

/** Undoes the migrations behind the first, as `down` would. */
async function standAtFirst({ db, prefix, database }: TableSet): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${prefix}migrations`)}`.execute(
    db,
  );
  const others = rows.map(({ name }) => name).filter((name) => name !== "0001-tables");
  if (others.join() !== "0002-reading-indexes")
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
  report.note(`The longest was ${longest.sql.slice(0, 90).replaceAll(/\s+/g, " ")}`);
  const [usualPage, page] = [before, during].map(({ calls }) => Math.max(...(calls.get(pageLabel) ?? [])));
  findings.figure("longest page before", usualPage ?? Number.NaN, "ms");
  findings.figure(
    "longest page during, longer by",
    (page ?? Number.NaN) - (usualPage ?? Number.NaN),
    "ms",
    200,
  );
  const [usual, meanwhile] = [claimTimes(before), claimTimes(during)].map((times) => percentile(times, 0.95));
  findings.figure("claim p95 before", usual ?? Number.NaN, "ms");
  findings.figure("claim p95 during vs before", (meanwhile ?? Number.NaN) / (usual ?? Number.NaN), "x", 2);
}

function longestOf({ statements }: TrafficTimes): TimedStatement {
  return statements.reduce((longest, one) => (one.ms > longest.ms ? one : longest), { sql: "", ms: 0 });
}
