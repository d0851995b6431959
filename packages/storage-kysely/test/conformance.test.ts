import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { mariadb, pglite, postgres, type TestDatabase } from "@callboard/test-databases";
import { testClock } from "@callboard/testing";
import { runnerOf, storageConformance } from "@callboard/testing/conformance";
import { Kysely } from "kysely";
import { afterAll, beforeAll, describe, test } from "vitest";

describe("SQLite of Node", () => {
  storageConformance(runnerOf(test), async () => {
    const clock = testClock();
    const db = new Kysely<Record<string, never>>({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
    const storage = kyselyStorage({ db, dialect: "sqlite", clock });
    await storage.migrate();
    return { storage, advance: clock.advance, close: () => db.destroy() };
  });
});

describe.each([postgres, pglite, mariadb.mysql2, mariadb.mariadb])("$name", (database) => {
  if (database.absent !== null) {
    console.log(`Left out, because ${database.absent}: the conformance of ${database.name}.`);
    return test.skip("conforms", () => undefined);
  }
  conforms(database);
});

/** One database for the whole suite, emptied before each test: to make one costs more than most tests. */
function conforms({ dialect, open }: TestDatabase): void {
  const time = { clock: testClock() };
  const clock = { now: () => time.clock.now() };
  let database: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    database = await open({ clock });
    await kyselyStorage({ db: database.db, dialect }).migrate();
  }, 60_000);
  afterAll(() => database.close());

  storageConformance(runnerOf(test), async () => {
    time.clock = testClock();
    await database.empty();
    return { storage: kyselyStorage({ db: database.db, dialect }), advance: time.clock.advance };
  });
}
