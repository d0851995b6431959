import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, postgres } from "@callboard/test-databases";
import { type Kysely, sql, type Transaction } from "kysely";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { administrate, type ExperimentDatabase, present, servers, sqlite } from "./experiments/databases.js";
import { faultOf, openOffice } from "./experiments/office.js";
import { rollback } from "./experiments/rollback.js";
import { tcpProxy } from "./experiments/tcp-proxy.js";
import { until } from "./experiments/until.js";

vi.setConfig({ testTimeout: 120_000 });

const rounds = 3;

const onEveryDatabase = {
  commits: { committed: 4 * rounds },
  commitsOurs: { committed: rounds },
  throws: { "rolled back": rounds },
  throwsInOurs: { "rolled back": rounds },
  rollsBackToSavepoint: { committed: 2 * rounds, "rolled back": rounds },
  releasesSavepoint: { committed: rounds },
};

const onServers = {
  deadlocks: { committed: rounds, "rolled back": rounds },
  cannotBeSerialized: { committed: rounds, "rolled back": rounds },
  killedBeforeCommit: { "rolled back": rounds },
  // The commit may be faster than the kill.
  killedDuringCommit: expect.anything(),
  losesRequest: { unknown: rounds },
  losesAnswer: { unknown: rounds },
  losesRequestOfOurs: { unknown: rounds },
  losesAnswerOfOurs: { unknown: rounds },
  losesRequestOfACall: { committed: rounds },
  losesAnswerOfACall: { committed: rounds },
};

test.each([sqlite, ...servers])(
  "of hosts' transactions on $name, what is committed is sent and nothing else, however the others end",
  async (database) => {
    const { committed, rolledBack, endings, ...mistakes } = await rollback({ database, rounds });
    expect(mistakes).toEqual({ contradicted: [], ghosts: [], lost: [], toldTwice: [], untrue: [] });
    expect(endings).toEqual(database === sqlite ? onEveryDatabase : { ...onEveryDatabase, ...onServers });
    expect(committed).toBeGreaterThan(rolledBack);
  },
);

const request = {
  template: "order",
  context: { order: "SO-7" },
  userIds: ["ada"],
  idempotencyKey: "evt-7",
} as const;

describe.each(servers)("on $name", (database) => {
  test("a call that a deadlock undoes in a host's transaction rejects as a conflict", async () => {
    const { db, office, administrator } = await openHost(database);
    const { callboard } = office;
    const queue = (transaction: Transaction<HostTables>) =>
      callboard.queueNotificationsToUsers(request, { transaction });
    const own = await db.startTransaction().execute();
    const rival = await db.startTransaction().execute();
    await makeVictim(database, own, rival);
    await take(own);
    await queue(rival);
    const call = faultOf(queue(own));
    await until("our call waits for the rival's key", async () => (await administrator.waiting()) === 1);
    const rivalTakes = take(rival);
    expect(await call).toBe("conflict");
    await own.rollback().execute();
    await rivalTakes;
    await rival.commit().execute();
    expect(await office.notifications()).toHaveLength(1);
  });

  test("a call whose connection breaks in mid-transaction rejects as unavailable, and nothing of it is left", async () => {
    const { office, url } = await openHost(database);
    const proxy = await tcpProxy(url);
    onTestFinished(proxy.close);
    const { callboard } = openOffice(storageAt(proxy.url, database));
    const transaction = callboard.transaction(async (own) => {
      await callboard.queueNotificationsToUsers(request, { transaction: own });
      proxy.cut();
      await callboard.queueNotificationsToUsers(
        { ...request, idempotencyKey: "evt-8" },
        { transaction: own },
      );
    });
    expect(await faultOf(transaction)).toBe("unavailable");
    expect(await office.notifications()).toEqual([]);
  });

  test.each(["request", "answer"] as const)(
    "contacts.save() whose commit's %s is lost does not know the outcome, and says so",
    async (lost) => {
      const { office, url } = await openHost(database);
      const proxy = await tcpProxy(url);
      onTestFinished(proxy.close);
      const { callboard } = openOffice(storageAt(proxy.url, database));
      void proxy.loseNext({ request: /\bcommit\0?$/i, lost });
      expect(await faultOf(callboard.contacts.save([{ userId: "zoe" }]))).toBe("outcome-unknown");
      expect(await office.callboard.contacts.get(["zoe"])).toHaveLength(lost === "answer" ? 1 : 0);
    },
  );
});

describe.each(present([postgres]))("on $name", (database) => {
  test.each(["repeatable read", "serializable"] as const)(
    "a call in a host's %s transaction that is older than a rival's call rejects as a conflict",
    async (isolation) => {
      const { db, office } = await openHost(database);
      const { callboard } = office;
      const own = await db.startTransaction().setIsolationLevel(isolation).execute();
      await own.selectFrom("stock").selectAll().execute();
      await callboard.queueNotificationsToUsers(request);
      const call = callboard.queueNotificationsToUsers(request, { transaction: own });
      expect(await faultOf(call)).toBe("conflict");
      await own.rollback().execute();
      expect(await office.notifications()).toHaveLength(1);
    },
  );

  test("transaction() whose work swallows a conflict rejects as unexpected, since the database undoes all of it", async () => {
    const { office } = await openHost(database);
    const { callboard } = office;
    const transaction = callboard.transaction(async (own) => {
      await sql`set transaction isolation level repeatable read`.execute(own);
      await callboard.groups.ensure(["Sales"], { transaction: own });
      await callboard.queueNotificationsToUsers(request);
      await faultOf(callboard.queueNotificationsToUsers(request, { transaction: own }));
    });
    expect(await faultOf(transaction)).toBe("unexpected");
    expect(await callboard.groups.list()).toEqual([]);
  });
});

interface HostTables {
  readonly stock: { readonly item: string; readonly pieces: number };
}

/** A host with a table of its own, one row of which can be taken. */
async function openHost(database: ExperimentDatabase) {
  const opened = await database.open();
  onTestFinished(opened.close);
  const db = opened.db as Kysely<HostTables>;
  await db.schema
    .createTable("stock")
    .addColumn("item", "varchar(100)", (column) => column.primaryKey())
    .addColumn("pieces", "integer")
    .execute();
  await db.insertInto("stock").values({ item: "lamp", pieces: 1 }).execute();
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const office = openOffice(storage);
  await office.furnish(["ada"]);
  const administrator = administrate(opened.url);
  onTestFinished(administrator.close);
  return { db, office, administrator, url: opened.url };
}

function storageAt(url: string, { dialect }: ExperimentDatabase) {
  const { db } = connect(url);
  onTestFinished(() => db.destroy());
  return kyselyStorage({ db, dialect });
}

function take(transaction: Kysely<HostTables>) {
  return transaction.updateTable("stock").set({ pieces: 0 }).where("item", "=", "lamp").execute();
}

/** PostgreSQL undoes whoever looks for a deadlock first, and MariaDB whoever has written less. */
async function makeVictim(
  { dialect }: ExperimentDatabase,
  victim: Kysely<HostTables>,
  rival: Kysely<HostTables>,
): Promise<void> {
  if (dialect === "postgres") {
    await sql`set local deadlock_timeout = '2s'`.execute(victim);
    await sql`set local deadlock_timeout = '60s'`.execute(rival);
    return;
  }
  const rows = Array.from({ length: 50 }, (_, index) => ({ item: `cup ${index}`, pieces: 1 }));
  await rival.insertInto("stock").values(rows).execute();
}
