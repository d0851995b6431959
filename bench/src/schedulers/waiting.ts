import { type CleanUp, withCleanUps } from "@callboard/tests/crash/clean-ups.ts";
import { connectRedis, keysBelow } from "@callboard/tests/crash/redis.ts";
import type { SchedulerName } from "@callboard/tests/crash/schedulers.ts";
import { type Kysely, sql } from "kysely";
import { counted, shown } from "../harness/report.ts";
import { context, people, templateName } from "../workload.ts";
import { requestFor, setUpPeople } from "./addressees.ts";
import { openSide, type Side } from "./open-side.ts";
import type { Part, PartTrial } from "./part.ts";
import { absenceOf, openPlace, type Place } from "./places.ts";
import { openProvider } from "./provider.ts";
import { startWorkers } from "./worker.ts";

/** What an engine holds, in keys or rows, and in kilobytes. */
interface Footprint {
  readonly entries: number;
  readonly kilobytes: number;
}

const hourMs = 3_600_000;

/** What waits in Redis, or in pg-boss's tables, for notifications that are due in an hour. */
export function waitingWakeUps(scheduler: Exclude<SchedulerName, "in-process">): Part {
  return {
    name: `waiting ${scheduler.toLowerCase()}`,
    inQuick: false,
    absent: absenceOf(scheduler),
    run: (trial) => withCleanUps((atTheEnd) => measure(scheduler, trial, atTheEnd)),
  };
}

async function measure(
  scheduler: Exclude<SchedulerName, "in-process">,
  { report, findings }: PartTrial,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<void> {
  const [together, alone] = [20_000, 2_000];
  report.progress(`${scheduler}: wake-ups that wait`);
  const place = await openPlace(scheduler, atTheEnd);
  const provider = await openProvider();
  atTheEnd(provider.close);
  const host = await openSide(place, provider.url);
  atTheEnd(host.close);
  await setUpPeople(host.store, [together]);
  // The engine's tables are made by whoever works first.
  await startWorkers(1, { place, providerUrl: provider.url }, atTheEnd);
  const at = new Date(Date.now() + hourMs);
  const footprints = [await footprintOf(place, host.store.db)];
  await host.callboard.queueNotificationsToUsers({
    ...{ template: templateName, context, at },
    ...requestFor(together, "together"),
  });
  footprints.push(await footprintOf(place, host.store.db));
  await oneByOne(host, alone, at);
  footprints.push(await footprintOf(place, host.store.db));
  const rows = [together, alone].map((count, index) => {
    const [before, after] = footprints.slice(index, index + 2);
    const kilobytes = (after?.kilobytes ?? 0) - (before?.kilobytes ?? 0);
    const entries = (after?.entries ?? 0) - (before?.entries ?? 0);
    const what = index === 0 ? "one call" : "a call each";
    findings.figure(`${counted(count)} notifications, ${what}`, kilobytes / 1_024, "MB");
    return [counted(count), what, counted(entries), `${shown(kilobytes)} KB`];
  });
  const where = scheduler === "BullMQ" ? "Keys in Redis" : "Rows in PostgreSQL";
  report.table(
    `Wake-ups for notifications due in an hour, ${scheduler}`,
    ["Notifications", "By", where, "Held"],
    rows,
  );
}

async function oneByOne({ callboard }: Side, count: number, at: Date): Promise<void> {
  for (const { userId } of people(count))
    await callboard.queueNotificationsToUsers({ template: templateName, context, userIds: [userId], at });
}

function footprintOf({ queue }: Place, db: Kysely<unknown>): Promise<Footprint> {
  return queue.scheduler === "BullMQ" ? inRedis(queue.redisUrl, queue.prefix) : inTables(db);
}

async function inRedis(url: string, prefix: string): Promise<Footprint> {
  const connection = await connectRedis(url);
  const keys = await keysBelow(connection, prefix);
  let bytes = 0;
  for (const key of keys) bytes += Number(await connection.call("memory", "usage", key, "samples", "0"));
  await connection.quit();
  return { entries: keys.length, kilobytes: bytes / 1_024 };
}

/** With their indexes. */
async function inTables(db: Kysely<unknown>): Promise<Footprint> {
  const { rows } = await sql<{ entries: string; bytes: string }>`
    select (select count(*) from pgboss.job) as entries, sum(pg_total_relation_size(c.oid)) as bytes
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'pgboss' and c.relkind = 'r'`.execute(db);
  return { entries: Number(rows[0]?.entries), kilobytes: Number(rows[0]?.bytes) / 1_024 };
}
