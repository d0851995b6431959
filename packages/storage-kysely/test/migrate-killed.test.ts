import { spawnSync } from "node:child_process";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, mariadb, type OpenDatabase, postgres, type TestDatabase } from "@callboard/test-databases";
import { type Kysely, type LogEvent, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { invalidIndexes, migrateTo, migrationsIn, newest, schemaOf } from "./migrating.js";
import { newFile, openFile, sqliteProgram } from "./sqlite-file.js";

describe.each([postgres, mariadb.mysql2])("on $name", ({ name, absent, dialect, open }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: killed migrations on ${name}.`);
    return test.skip("migrate() goes on where it was killed", () => undefined);
  }
  let database: OpenDatabase;
  let killer: Kysely<unknown>;
  let storage: ReturnType<typeof kyselyStorage>;
  let undisturbed: string[];
  let statements: string[] = [];
  let afterStatement: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    const log = async ({ query }: LogEvent) => {
      statements.push(query.sql);
      await afterStatement();
    };
    database = await open({ log });
    killer = connect(database.url, { connections: 1 }).db;
    storage = kyselyStorage({ db: database.db, dialect });
    await storage.migrate();
    undisturbed = await schemaOf(killer, dialect);
  }, 60_000);
  afterAll(async () => {
    await killer.destroy();
    await database.close();
  });

  /** Whether migrate() was killed by `after` statements, or done before. */
  async function killedAfter(after: number): Promise<boolean> {
    statements = [];
    afterStatement = async () => {
      if (statements.length === after) await killOthers(killer, dialect);
    };
    const error = await storage.migrate().catch((reason: unknown) => reason);
    afterStatement = async () => undefined;
    if (error === undefined) return false;
    expect(error, `after ${statements.at(-1)}`).toMatchObject({ name: "StorageError", fault: "unavailable" });
    return true;
  }

  async function expectUndisturbed(circumstance: string): Promise<void> {
    expect(await schemaOf(killer, dialect), circumstance).toEqual(undisturbed);
    expect(await migrationsIn(killer), circumstance).toEqual(newest);
    if (dialect === "postgres") expect(await invalidIndexes(killer), circumstance).toEqual([]);
  }

  test("migrate() that was killed is finished by the next one", async () => {
    await dropEverything(killer, dialect);
    statements = [];
    await storage.migrate();
    const changes = [...statements.entries()].filter(([, text]) => /^\s*(create|alter|insert)/.test(text));
    expect(changes.length).toBeGreaterThan(25);
    // Some of them; the next test is killed behind each.
    for (const [index, text] of changes.filter((_, number) => number % 5 === 0)) {
      await dropEverything(killer, dialect);
      expect(await killedAfter(index + 1)).toBe(true);
      await storage.migrate();
      await expectUndisturbed(`killed after ${text}`);
    }
  }, 120_000);

  test("migrate() that is killed again and again, one statement later each time, comes to its end", async () => {
    await dropEverything(killer, dialect);
    let kills = 0;
    // Behind the first, which is a look on a connection of its own.
    while (await killedAfter(kills + 2)) kills += 1;
    expect(kills).toBeGreaterThan(25);
    await expectUndisturbed(`killed ${kills} times`);
  }, 120_000);

  test.runIf(dialect === "postgres")(
    "migrate() makes an index anew whose build was killed halfway",
    async () => {
      const { db: host } = connect(database.url, { connections: 1 });
      onTestFinished(() => host.destroy());
      for (const build of [1, 2, 3, 4]) {
        await dropEverything(killer, dialect);
        await migrateTo(killer, dialect, "0001-tables");
        statements = [];
        // A build waits for the end of whoever has written to the table.
        const writing = await host.startTransaction().execute();
        const write = () => sql`lock table callboard_notifications in row exclusive mode`.execute(writing);
        if (build === 1) await write();
        afterStatement = async () => {
          const built = statements.filter((text) => text.startsWith("create index")).length;
          if (built === build - 1 && statements.at(-1)?.startsWith("create index")) await write();
        };
        const migrating = storage.migrate().catch((error: unknown) => error);
        await vi.waitUntil(() => killBuild(killer), { timeout: 20_000 });
        expect(await migrating).toMatchObject({ fault: "unavailable" });
        afterStatement = async () => undefined;
        await writing.rollback().execute();
        expect(await invalidIndexes(killer)).toHaveLength(1);
        await storage.migrate();
        await expectUndisturbed(`killed in build ${build}`);
      }
    },
    60_000,
  );
});

describe("on SQLite", () => {
  test("migrate() whose statement fails, whichever it is, leaves nothing behind, and the next one succeeds", async () => {
    let statements: string[] = [];
    let failAfter = 0;
    const open = () => {
      const { db, storage } = openFile(":memory:", {
        log({ query }) {
          statements.push(query.sql);
          if (statements.length === failAfter) throw new Error("The plug was pulled.");
        },
      });
      return { storage, schema: () => schemaOf(db, "sqlite") };
    };
    const undisturbed = open();
    await undisturbed.storage.migrate();
    const complete = await undisturbed.schema();
    const [begin, commit] = [statements.indexOf("begin immediate") + 1, statements.indexOf("commit") + 1];
    let failures = 0;
    for (let after = begin + 1; after < commit; after += 1) {
      const { storage, schema } = open();
      [statements, failAfter] = [[], after];
      const error = await storage.migrate().catch((reason: unknown) => reason);
      failAfter = 0;
      if (error !== undefined) failures += 1;
      // Kysely looks whether its own tables are there, and forgives what was in the way.
      expect(await schema()).toEqual(error === undefined ? complete : []);
      await storage.migrate();
      expect(await schema()).toEqual(complete);
    }
    expect(failures).toBeGreaterThan(25);
  });

  test.each([2, 15, 30])("migrate() goes on where kill -9 ended it after %i statements", async (number) => {
    const file = await newFile();
    const { signal } = spawnSync(process.execPath, [
      "--no-warnings",
      sqliteProgram,
      "die",
      file,
      String(number),
    ]);
    expect(signal).toBe("SIGKILL");
    const { db, storage } = openFile(file);
    expect(await schemaOf(db, "sqlite")).toEqual([]);
    await storage.migrate();
    expect(await migrationsIn(db)).toEqual(newest);
  });
});

/** Ends the connections of everybody else in this database, and waits until they are gone. */
async function killOthers(killer: Kysely<unknown>, dialect: TestDatabase["dialect"]): Promise<void> {
  if (dialect === "postgres") {
    await sql`select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(killer);
    return;
  }
  const others = async () => {
    const { rows } = await sql<{ id: number }>`
      select id from information_schema.processlist
      where db = database() and id <> connection_id()`.execute(killer);
    return rows;
  };
  for (const { id } of await others()) await sql`kill connection ${sql.lit(id)}`.execute(killer);
  await vi.waitUntil(async () => (await others()).length === 0, { timeout: 10_000, interval: 5 });
}

/** Ends the connection that waits in the middle of a build, if there is one. */
async function killBuild(killer: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql`
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'create index concurrently%'`.execute(
    killer,
  );
  return rows.length > 0;
}

async function dropEverything(db: Kysely<unknown>, dialect: TestDatabase["dialect"]): Promise<void> {
  if (dialect === "postgres") {
    await sql`drop schema public cascade`.execute(db);
    await sql`create schema public`.execute(db);
    return;
  }
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = database()`.execute(db);
  if (rows.length > 0) await sql`drop table ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(db);
}
