import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, mariadb, type OpenDatabase, postgres } from "@callboard/test-databases";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { earlier, invalidIndexes, migrateTo, migrationsIn, newest, schemaOf } from "./migrating.js";
import { inProcesses, newFile, openFile } from "./sqlite-file.js";

describe.each([postgres, mariadb.mysql2])("on $name", ({ name, absent, dialect, open }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: many migrations at once on ${name}.`);
    return test.skip("migrate() by twenty instances at once", () => undefined);
  }
  let database: OpenDatabase;

  beforeEach(async () => {
    database = await open({ connections: 1 });
  });
  afterEach(() => database.close());

  /** Instances of a host, with pools of one or two connections. */
  function instances(count: number): Kysely<unknown>[] {
    const dbs = Array.from({ length: count }, (_, index) =>
      connect(database.url, { connections: 1 + (index % 2) }),
    );
    onTestFinished(async () => {
      await Promise.all(dbs.map(({ db }) => db.destroy()));
    });
    return dbs.map(({ db }) => db);
  }

  async function expectNewest(): Promise<void> {
    expect(await migrationsIn(database.db)).toEqual(newest);
    if (dialect === "postgres") expect(await invalidIndexes(database.db)).toEqual([]);
  }

  test("migrate() by twenty instances at once on an empty database succeeds in each of them", async () => {
    await Promise.all(instances(20).map((db) => kyselyStorage({ db, dialect }).migrate()));
    await expectNewest();
    const { db, close } = await open();
    onTestFinished(close);
    await kyselyStorage({ db, dialect }).migrate();
    expect(await schemaOf(database.db, dialect)).toEqual(await schemaOf(db, dialect));
  }, 60_000);

  test.each(earlier)(
    "migrate() by twenty instances at once on a database that stands at %s succeeds in each of them",
    async (version) => {
      await migrateTo(database.db, dialect, version);
      await Promise.all(instances(20).map((db) => kyselyStorage({ db, dialect }).migrate()));
      await expectNewest();
    },
    60_000,
  );

  test("migrate() of two prefixes at once does not get in its own way", async () => {
    const storages = instances(6).map((db, index) =>
      kyselyStorage({ db, dialect, prefix: index < 3 ? "callboard_" : "other_" }),
    );
    await Promise.all(storages.map((storage) => storage.migrate()));
    await expectNewest();
  }, 60_000);

  test("migrate() while instances of the host run Kysely's migrations of their own succeeds, and they do", async () => {
    const own = instances(5).map((db) => hostMigrator(db).migrateToLatest());
    const ours = instances(5).map((db) => kyselyStorage({ db, dialect }).migrate());
    await Promise.all(ours);
    for (const { error } of await Promise.all(own)) expect(error).toBeUndefined();
    await expectNewest();
  }, 60_000);
});

describe("on SQLite", () => {
  test("migrate() by ten processes at once on an empty file succeeds in each of them", async () => {
    const file = await newFile();
    await inProcesses(10, "migrate", file);
    const { db } = openFile(file);
    expect(await migrationsIn(db)).toEqual(newest);
  }, 60_000);

  test.each(earlier)(
    "migrate() by ten processes at once on a file that stands at %s succeeds in each of them",
    async (version) => {
      const file = await newFile();
      const { db } = openFile(file);
      await migrateTo(db, "sqlite", version);
      await inProcesses(10, "migrate", file);
      expect(await migrationsIn(db)).toEqual(newest);
    },
    60_000,
  );
});

/** What a host's instances run at their start, too. */
function hostMigrator(db: Kysely<unknown>): Migrator {
  const orders: Migration = {
    async up(host: Kysely<unknown>) {
      await sql`create table orders (id integer primary key)`.execute(host);
    },
  };
  return new Migrator({ db, provider: { getMigrations: async () => ({ "2026-01-orders": orders }) } });
}
