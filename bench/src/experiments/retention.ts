import { setTimeout } from "node:timers/promises";
import { createCallboard } from "@callboard/core";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { type RawBuilder, sql } from "kysely";
import { connect, withDatabase } from "../harness/databases.ts";
import { percentile } from "../harness/measure.ts";
import { seed } from "../storage/seed.ts";
import { type BenchStorage, historyDays, openTableSet, settle, type TableSet } from "../storage/table-set.ts";
import { channel } from "../workload.ts";
import type { Experiment, Findings } from "./experiment.ts";
import { expectAllSent, withTraffic } from "./live-traffic.ts";

const [finished, unfinished] = [1_000_000, 10_000];
const beforeMs = 20_000;
const day = 86_400_000;

/** A million old rows are purged while callers and workers go on, among them some that are not finished. */
export const retention: Experiment = {
  name: "D06 retention",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: false,
  async run({ database: name, report, findings }) {
    await withDatabase(name, report, async (database) => {
      const db = connect(database);
      try {
        const until = new Date(Date.now() - 90 * day);
        const set = await openTableSet(database, db, finished, until);
        await addUnfinished(set, until);
        await settle(set);
        report.progress(`${name}: live traffic, then purge()`);
        await purgeUnderTraffic(set, until, findings);
      } finally {
        await db.destroy();
      }
    });
  },
};

async function purgeUnderTraffic(set: TableSet, until: Date, findings: Findings): Promise<void> {
  const counts = await withTraffic(set, { reads: "page" }, async (traffic) => {
    await setTimeout(beforeMs);
    const { claims: before } = await traffic.taken();
    await letDue(set, until);
    const { deleted, batches } = await purge(traffic.storage);
    const { claims: during } = await traffic.taken();
    findings.none("finished, but not deleted, or too many", Math.abs(finished - deleted));
    findings.figure("longest batch", Math.max(...batches), "ms", 50);
    findings.figure("median batch", percentile(batches, 0.5), "ms");
    findings.figure("batch p95", percentile(batches, 0.95), "ms");
    findings.figure("claim p95 before", percentile(before, 0.95), "ms");
    findings.figure(
      "claim p95 during vs before",
      percentile(during, 0.95) / percentile(before, 0.95),
      "x",
      2,
    );
  });
  findings.none("unfinished, but deleted", unfinished - (await count(set, unfinishedOnes(set))));
  findings.none("attempts of no notification", await count(set, orphanedAttempts(set)));
  findings.none("labels of no notification", await count(set, orphanedLabels(set)));
  expectAllSent(counts, findings);
}

/** Through the verb that hosts call. */
async function purge(storage: BenchStorage): Promise<{ deleted: number; batches: readonly number[] }> {
  const { notifications } = createCallboard({
    storage,
    scheduler: manualScheduler(),
    transports: [fakeTransport(channel)],
    templates: {},
  });
  const batches: number[] = [];
  let start = performance.now();
  const deleted = await notifications.purge({
    olderThanMs: 30 * day,
    onProgress() {
      const now = performance.now();
      batches.push(now - start);
      start = now;
    },
  });
  return { deleted, batches };
}

/** As old as the others, and between them: soon due, due far away, with a worker that is gone, and of unknown outcome. */
async function addUnfinished(set: TableSet, until: Date): Promise<void> {
  const { database, db, prefix } = set;
  const from = new Date(until.getTime() - historyDays * day);
  await seed(database.name, db, { prefix, count: unfinished, first: finished, from, until });
  const far = farFrom(until);
  const untried = sql`status = 'pending', attempts = 0, attempt_id = null, provider_message_id = null`;
  const states: readonly RawBuilder<unknown>[] = [
    sql`${untried}, next_attempt_at = ${far}`,
    sql`${untried}, next_attempt_at = ${far + 1}, not_before = ${far + 1}`,
    sql`status = 'sending', lease_token = 'gone', lease_until = ${far}`,
    sql`status = 'uncertain', next_attempt_at = ${far}, uncertain_at = created_at`,
  ];
  const stamps = sql.raw(
    ["sent", "delivered", "read", "failed"].map((stamp) => `${stamp}_at = null`).join(", "),
  );
  const { notifications, attempts } = tablesOf(set);
  for (const [index, state] of states.entries()) {
    const digits = sql.join(digitsOf(index));
    await sql`update ${notifications} set ${state}, ${stamps}
      where id like ${unfinishedIds} and substr(id, 36, 1) in (${digits})`.execute(db);
  }
  await sql`delete from ${attempts} where notification_id in (
    select id from ${notifications} where id like ${unfinishedIds} and status = 'pending')`.execute(db);
}

/** Makes the first state of {@link addUnfinished} due, so that workers send it while its neighbours are purged. */
async function letDue(set: TableSet, until: Date): Promise<void> {
  await sql`update ${tablesOf(set).notifications} set next_attempt_at = created_at
    where status = 'pending' and priority = 1 and next_attempt_at = ${farFrom(until)}`.execute(set.db);
}

function farFrom(until: Date): number {
  return until.getTime() + 500 * day;
}

/** Those that were seeded behind the finished ones, by the number at the end of their ids. */
const unfinishedIds = "%-00000100____";

/** Ids end in a digit: each state has some of them. */
function digitsOf(state: number): string[] {
  return [...(["0123", "45", "67", "89"][state] ?? "")];
}

async function count({ db }: TableSet, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`select count(*) as count from ${from}`.execute(db);
  return Number(rows[0]?.count);
}

function unfinishedOnes(set: TableSet) {
  return sql`${tablesOf(set).notifications} where id like ${unfinishedIds}`;
}

function orphanedAttempts(set: TableSet) {
  const { notifications, attempts } = tablesOf(set);
  return sql`${attempts} as a left join ${notifications} as n on n.id = a.notification_id where n.id is null`;
}

function orphanedLabels(set: TableSet) {
  const { notifications, labels } = tablesOf(set);
  return sql`${labels} as l left join ${notifications} as n
    on n.batch_id = l.batch_id and n.created_at = l.created_at where n.id is null`;
}

function tablesOf({ prefix }: TableSet) {
  return {
    notifications: sql.table(`${prefix}notifications`),
    attempts: sql.table(`${prefix}attempts`),
    labels: sql.table(`${prefix}batch_labels`),
  };
}
