import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, mariadb, type OpenDatabase, postgres, type TestDatabase } from "@callboard/test-databases";
import { type Kysely, type LogEvent, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { FormerWorker } from "./former-worker.js";
import { earlier, invalidIndexes, migrateTo, migrationsIn, newest } from "./migrating.js";

const rowsBefore = 4_000;

describe.each([postgres, mariadb.mysql2])("on $name", ({ name, absent, dialect, open }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: migrations under work on ${name}.`);
    return test.skip("migrate() while workers work", () => undefined);
  }
  let database: OpenDatabase;
  let refusals = 0;

  beforeEach(async () => {
    refusals = 0;
    const log = ({ level }: LogEvent) => {
      if (level === "error") refusals += 1;
    };
    database = await open({ connections: 2, log });
  });
  afterEach(() => database.close());

  function newWorker(name: string, version: (typeof earlier)[number]): FormerWorker {
    const { db } = connect(database.url, { connections: 2 });
    onTestFinished(() => db.destroy());
    return new FormerWorker(name, db, version === "0003-stories");
  }

  /** Workers on a table with some rows, who go on until all is sent, and what `during` does meanwhile. */
  async function whileWorking(
    version: (typeof earlier)[number],
    during: (workers: readonly FormerWorker[]) => Promise<void>,
  ): Promise<void> {
    const filler = newWorker("filler", version);
    for (let written = 0; written < rowsBefore; written += 1_000) await filler.queue(1_000);
    const workers = ["a", "b", "c"].map((letter) => newWorker(letter, version));
    const working = Promise.all(workers.map((worker) => worker.work()));
    try {
      await everyoneGoesOn(workers);
      await during(workers);
      await everyoneGoesOn(workers);
    } finally {
      for (const worker of workers) worker.isOver = true;
      await working;
    }
    expect(await migrationsIn(database.db)).toEqual(newest);
    await expectAllSentOnce(database.db, [filler, ...workers]);
    if (dialect === "postgres") expect(await invalidIndexes(database.db)).toEqual([]);
  }

  describe.each(earlier)("from %s on", (version) => {
    beforeEach(() => migrateTo(database.db, dialect, version));

    test("workers of the version before notice nothing of migrate() by another process", async () => {
      await whileWorking(version, () => kyselyStorage({ db: database.db, dialect }).migrate());
    }, 60_000);

    test("migrate() waits for a host's long transaction, and workers go on meanwhile", async () => {
      const { db: host } = connect(database.url, { connections: 1 });
      onTestFinished(() => host.destroy());
      await whileWorking(version, async (workers) => {
        const long = await host.startTransaction().setIsolationLevel("repeatable read").execute();
        await sql`select count(*) from callboard_notifications`.execute(long);
        refusals = 0;
        const migrating = kyselyStorage({ db: database.db, dialect }).migrate();
        await vi.waitUntil(async () => refusals > 6 || (await isBuildWaiting(database.db, dialect)), {
          timeout: 20_000,
        });
        await everyoneGoesOn(workers);
        expect((await migrationsIn(database.db)).at(-1)).toBe(version);
        await long.commit().execute();
        await migrating;
      });
    }, 60_000);
  });
});

/** PostgreSQL waits inside a build; whatever else is refused, and asked for again. */
async function isBuildWaiting(db: Kysely<unknown>, dialect: TestDatabase["dialect"]): Promise<boolean> {
  if (dialect === "mysql") return false;
  const { rows } = await sql`
    select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'create index concurrently%'`.execute(
    db,
  );
  return rows.length > 0;
}

async function everyoneGoesOn(workers: readonly FormerWorker[]): Promise<void> {
  const before = workers.map(({ rounds }) => rounds);
  await vi.waitUntil(() => workers.every(({ rounds }, index) => rounds > (before[index] ?? 0) + 3), {
    timeout: 20_000,
    interval: 5,
  });
}

async function expectAllSentOnce(db: Kysely<unknown>, workers: readonly FormerWorker[]): Promise<void> {
  const queued = workers.flatMap((worker) => worker.queued).toSorted();
  expect(workers.flatMap((worker) => worker.sent).toSorted()).toEqual(queued);
  const { rows } = await sql<Record<string, unknown>>`
    select (select count(*) from callboard_notifications) as notifications,
      (select count(*) from callboard_notifications where status = 'sent') as sent,
      (select count(*) from callboard_attempts) as attempts,
      (select count(*) from callboard_attempts where outcome = 'accepted') as accepted`.execute(db);
  const all = queued.length;
  const counts = Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]);
  expect(Object.fromEntries(counts)).toEqual({ notifications: all, sent: all, attempts: all, accepted: all });
}
