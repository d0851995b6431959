import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { mariadb, type OpenDatabase, pglite, postgres, type TestDatabase } from "@callboard/test-databases";
import { testClock } from "@callboard/testing";
import { runnerOf, storageConformance } from "@callboard/testing/conformance";
import { Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ids } from "./filled-storage.js";
import { FormerWorker } from "./former-worker.js";
import { earlier, invalidIndexes, migrateTo, migrationsIn, newest, schemaOf } from "./migrating.js";

const { draft, notification } = ids;

type Kind = Omit<TestDatabase, "dialect" | "open"> & {
  readonly dialect: "sqlite" | TestDatabase["dialect"];
  readonly open: () => Promise<Pick<OpenDatabase, "db" | "close">>;
};

/** Where there is no server, the embedded one stands in. */
const onPostgres = postgres.absent === null ? postgres : pglite;

const sqlite: Kind = {
  name: "SQLite",
  dialect: "sqlite",
  absent: null,
  async open() {
    const db = new Kysely<unknown>({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
    return { db, close: () => db.destroy() };
  },
};

describe.each([sqlite, onPostgres, mariadb.mysql2] as Kind[])(
  "on $name",
  ({ name, absent, dialect, open }) => {
    if (absent !== null) {
      console.log(`Left out, because ${absent}: migrations between versions on ${name}.`);
      return test.skip("migrate() leads from each version to the newest", () => undefined);
    }
    let database: Awaited<ReturnType<Kind["open"]>>;
    let storage: ReturnType<typeof kyselyStorage>;

    beforeEach(async () => {
      database = await open();
      storage = kyselyStorage({ db: database.db, dialect });
    });
    afterEach(() => database.close());

    async function idsOnPage(): Promise<string[]> {
      const { notifications } = await storage.notifications.page({ limit: 10, userId: "user" });
      return notifications.map(({ id }) => id);
    }

    test.each(earlier)(
      "migrate() leads from %s to the newest, keeps what was written, and ends as on an empty database",
      async (version) => {
        await migrateTo(database.db, dialect, version);
        expect(await migrationsIn(database.db)).toEqual(newest.slice(0, newest.indexOf(version) + 1));
        await new FormerWorker("former", database.db).queue(2);
        await storage.migrate();
        expect(await migrationsIn(database.db)).toEqual(newest);
        const straight = await open();
        onTestFinished(straight.close);
        await kyselyStorage({ db: straight.db, dialect }).migrate();
        expect(await schemaOf(database.db, dialect)).toEqual(await schemaOf(straight.db, dialect));
        const [row] = await storage.notifications.getMany(["former-1"]);
        const empty = {
          ...{ cancelKey: null, onlyIf: null, traceParent: null, replayedAt: null },
          ...{ acknowledgedAt: null, acknowledgedWith: null, charge: null },
        };
        expect(row).toMatchObject({ id: "former-1", userId: ids.user(1), status: "pending", ...empty });
        expect(await storage.notifications.batch("former-batch-0")).toBeNull();
      },
    );

    test.each(earlier)(
      "a verb of today on a database that stands at %s asks for migrate()",
      async (version) => {
        await migrateTo(database.db, dialect, version);
        const former = new FormerWorker("former", database.db);
        await former.queue(1);
        const { notifications } = storage;
        const claim = () => notifications.claim(ids.due("lease", 10));
        await expect(claim()).rejects.toMatchObject({ name: "StorageError", fault: "not-migrated" });
        const count = () => notifications.countCharges({ from: new Date(0) });
        await expect(count()).rejects.toMatchObject({ fault: "not-migrated" });
        await storage.migrate();
        expect((await claim()).map(({ id }) => id)).toEqual(former.queued);
      },
    );

    test("people whom a version before 0005 writes, before and after migrate(), have an address and nothing else", async () => {
      await migrateTo(database.db, dialect, "0003-stories");
      const write = async (userId: string, address: string) => {
        await sql`insert into callboard_contacts (user_id, active) values (${userId}, 1)`.execute(
          database.db,
        );
        await sql`insert into callboard_contact_addresses (user_id, channel, address)
          values (${userId}, 'whatsapp', ${address})`.execute(database.db);
      };
      await write("ada", "+1");
      await storage.migrate();
      await write("grace", "+2");
      const identity = { channel: "whatsapp", address: "+1", alias: "US.1" };
      expect(await storage.contacts.recordInbound([{ ...identity, at: new Date(5) }])).toBe(1);
      const [ada, grace] = await storage.contacts.list({ afterUserId: null, limit: 10 });
      const known = { address: "+1", alias: "US.1", lastInboundAt: new Date(5), marketingOptedOutAt: null };
      expect(ada?.addresses.whatsapp).toMatchObject(known);
      expect(grace?.addresses.whatsapp).toMatchObject({ address: "+2", alias: null, optedOutAt: null });
    });

    test("down from 0002 and up again loses no row", async () => {
      await migrateTo(database.db, dialect, "0002-reading-indexes");
      const former = new FormerWorker("former", database.db);
      await former.queue(1);
      await migrateTo(database.db, dialect, "0001-tables");
      expect(await migrationsIn(database.db)).toEqual(["0001-tables"]);
      await former.queue(1);
      await storage.migrate();
      expect(await storage.notifications.getMany(former.queued)).toHaveLength(2);
    });

    test("migrate() of a database that a newer version has migrated names the unknown in one line, and changes nothing", async () => {
      await migrateTo(database.db, dialect, "0001-tables");
      const timestamp = new Date().toISOString();
      for (const unknown of ["0006-tenants", "0007-sagas"]) {
        await sql`insert into callboard_migrations (name, timestamp) values (${unknown}, ${timestamp})`.execute(
          database.db,
        );
      }
      const before = await schemaOf(database.db, dialect);
      const error = await storage.migrate().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: "StorageError",
        fault: "newer-schema",
        message:
          "This version does not know the migrations 0006-tenants, 0007-sagas. The database was migrated by a newer Callboard. Deploy that one.",
      });
      expect(await schemaOf(database.db, dialect)).toEqual(before);
      expect(await migrationsIn(database.db)).toEqual(["0001-tables", "0006-tenants", "0007-sagas"]);
    });

    test("a verb on a database that is not migrated says so, and works once it is", async () => {
      const insert = () => storage.notifications.insertMany([draft({ id: notification(1) })]);
      await expect(insert()).rejects.toMatchObject({ name: "StorageError", fault: "not-migrated" });
      await expect(idsOnPage()).rejects.toMatchObject({ name: "StorageError", fault: "not-migrated" });
      await storage.migrate();
      expect((await insert()).insertedIds).toEqual([notification(1)]);
    });

    test("two prefixes in one database do not see each other", async () => {
      const other = kyselyStorage({ db: database.db, dialect, prefix: "other_" });
      await storage.migrate();
      await expect(other.groups.list()).rejects.toMatchObject({ fault: "not-migrated" });
      await other.migrate();
      await expectStrangers(storage, other);
    });
  },
);

describe(`in a schema of ${onPostgres.name}`, () => {
  let database: OpenDatabase;

  beforeEach(async () => {
    database = await onPostgres.open();
  });
  afterEach(() => database.close());

  const inSchema = (schema: string, prefix = "callboard_") =>
    kyselyStorage({ db: database.db, dialect: "postgres", schema, prefix });

  async function tablesIn(schema: string): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = ${schema} order by 1`.execute(database.db);
    return rows.map((row) => row.name);
  }

  test("migrate() makes the schema, and every table in it", async () => {
    const storage = inSchema("notices");
    await storage.migrate();
    await storage.migrate();
    expect(await tablesIn("public")).toEqual([]);
    const tables = await tablesIn("notices");
    expect(tables).toHaveLength(21);
    expect(tables).toContain("callboard_migrations");
    expect(tables).toContain("callboard_migration_lock");
    await expectWorking(storage);
  });

  test("two schemas, and two prefixes in a schema, do not see each other", async () => {
    const storages = [inSchema("notices"), inSchema("alerts"), inSchema("notices", "other_")];
    await Promise.all(storages.map((storage) => storage.migrate()));
    expect(await tablesIn("notices")).toHaveLength(42);
    const [notices, alerts, other] = storages;
    await expectStrangers(notices!, alerts!);
    expect(await other!.groups.list()).toEqual([]);
    await expectWorking(other!);
  });

  test("migrate() names what a newer version did to a schema", async () => {
    const storage = inSchema("notices");
    await storage.migrate();
    await sql`insert into notices.callboard_migrations values ('0006-tenants', '2030-01-01T00:00:00.000Z')`.execute(
      database.db,
    );
    await expect(storage.migrate()).rejects.toThrow("does not know the migrations 0006-tenants.");
  });

  test("migrate() makes an index anew that was left invalid, in a schema and in none", async () => {
    for (const schema of ["public", "notices"]) {
      const storage =
        schema === "public" ? kyselyStorage({ db: database.db, dialect: "postgres" }) : inSchema(schema);
      await storage.migrate();
      await sql`delete from ${sql.table(`${schema}.callboard_migrations`)}`.execute(database.db);
      await sql`update pg_index set indisvalid = false where indexrelid = any(${[
        `${schema}.callboard_notifications_due`,
        `${schema}.callboard_notifications_user`,
      ]}::regclass[])`.execute(database.db);
      expect(await invalidIndexes(database.db)).toHaveLength(2);
      await storage.migrate();
      expect(await invalidIndexes(database.db)).toEqual([]);
    }
  });
});

describe("in a schema of PGlite, with a prefix of its own", () => {
  const time = { clock: testClock() };
  let database: OpenDatabase;
  let storage: ReturnType<typeof kyselyStorage>;
  beforeAll(async () => {
    database = await pglite.open({ clock: { now: () => time.clock.now() } });
    storage = kyselyStorage({ db: database.db, dialect: "postgres", schema: "notices", prefix: "c_" });
    await storage.migrate();
  }, 60_000);
  afterAll(() => database.close());

  storageConformance(runnerOf(test), async () => {
    time.clock = testClock();
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'notices' and table_name not like '%migration%'`.execute(database.db);
    await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(`notices.${name}`)))}`.execute(
      database.db,
    );
    return { storage, advance: time.clock.advance };
  });
});

type Storage = ReturnType<typeof kyselyStorage>;

/** Either can use the same names, and neither finds what the other wrote. */
async function expectStrangers(one: Storage, other: Storage): Promise<void> {
  await expectWorking(one);
  expect(await other.groups.list()).toEqual([]);
  expect((await other.notifications.page({ limit: 10 })).notifications).toEqual([]);
  await expectWorking(other);
  await other.notifications.forget({ userId: "user", pseudonym: "nobody" });
  expect((await one.notifications.page({ limit: 10, userId: "user" })).notifications).toHaveLength(1);
}

/** One statement of each kind that the dialects say in their own way. */
async function expectWorking({
  notifications,
  groups,
  contacts,
  templates,
  recurring,
}: Storage): Promise<void> {
  const row = draft({ id: notification(1), idempotencyKey: "evt-1", relatedContact: { id: "c-7" } });
  expect((await notifications.insertMany([row])).insertedIds).toEqual([row.id]);
  const again = await notifications.insertMany([{ ...row, id: notification(2) }]);
  expect(again.existing).toMatchObject([{ id: row.id }]);
  expect(await notifications.claim(ids.due("lease", 10))).toHaveLength(1);
  const attempt = { id: ids.attempt(1), notificationId: row.id, leaseToken: "lease" };
  expect(await notifications.startAttempts([attempt])).toEqual([row.id]);
  expect(await notifications.record([ids.acceptance(1)])).toMatchObject([{ status: "sent" }]);
  for (const filter of [{ groupName: "Sales Team" }, { relatedContactId: "c-7" }, { batchId: "batch" }]) {
    expect((await notifications.page({ limit: 10, ...filter })).notifications).toHaveLength(1);
  }
  expect(await notifications.purge({ olderThanMs: 86_400_000, limit: 10 })).toEqual({
    deleted: 0,
    next: null,
  });
  const person = { userId: "ada", name: "Ada", locale: null, active: true };
  await contacts.save([{ ...person, addresses: { whatsapp: "+263771234567" } }]);
  await contacts.recordInbound([{ channel: "whatsapp", address: "+263771234567", at: new Date(0) }]);
  expect(await contacts.getMany(["ada"])).toMatchObject([person]);
  await groups.ensure(["Sales Team"]);
  await groups.addMembers("Sales Team", ["ada"]);
  expect((await groups.list()).map(({ name }) => name)).toEqual(["Sales Team"]);
  expect(await templates.published(["nothing"])).toEqual([]);
  expect(await recurring.claimSlot("reminder", new Date(0))).toMatchObject({ type: "claimed" });
}
