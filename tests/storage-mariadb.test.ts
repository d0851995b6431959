import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, mariadb, type TestDatabase } from "@callboard/test-databases";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { present } from "./experiments/databases.js";
import { overlappingKeys } from "./experiments/mariadb-enqueuers.js";
import { idleConnections } from "./experiments/mariadb-idle.js";
import { deadlocks, lockWaits } from "./experiments/mariadb-locks.js";
import { type Office, openOffice, textOf } from "./experiments/office.js";
import { until } from "./experiments/until.js";

vi.setConfig({ testTimeout: 120_000 });

type Callboard = Office["callboard"];
type HostTransaction = NonNullable<Parameters<Callboard["queueNotificationsToUsers"]>[1]>["transaction"];

const drivers = present([mariadb.mysql2, mariadb.mariadb] as readonly TestDatabase[]);

const priorities = ["normal"] as const;

describe.each(drivers)("on $name", (database) => {
  test("calls of ours that deadlocks undo are repeated inside, and nobody hears of it", async () => {
    const { refused, calls, surfaced, rivalsUndone } = await deadlocks({ database, rounds: 2 });
    expect({ calls, surfaced, rivalsUndone }).toEqual({ calls: 8, surfaced: [], rivalsUndone: 0 });
    expect(refused).toEqual({ 1213: calls });
  });

  test("calls of ours that wait for a lock for too long are repeated inside, and nobody hears of it", async () => {
    const { refused, calls, surfaced } = await lockWaits({ database, rounds: 1 });
    expect({ calls, surfaced }).toEqual({ calls: 4, surfaced: [] });
    // In each other's way they may be as well.
    const { 1205: inVain, 1213: deadlocks, ...others } = refused;
    expect(others).toEqual({});
    expect(inVain).toBeGreaterThanOrEqual(calls);
  });

  test("8 enqueuers on overlapping keys write one row for each person, and none of them hears of a conflict", async () => {
    const keys = 15;
    const { calls, ...outcome } = await overlappingKeys({ database, keys });
    expect(calls).toBe(8 * keys);
    expect(outcome).toEqual({ surfaced: [], rows: 4 * keys, doubled: 0, queued: 4 * keys });
  });

  test("a host's open transaction that repeats a key keeps neither callers nor the worker waiting", async () => {
    const { db, office, queue } = await openImpatient(database);
    await queue("evt-1", people);
    const host = await db.startTransaction().execute();
    onTestFinished(async () => void (await host.rollback().execute()));
    expect((await queue("evt-1", ["ada"], host)).skipped).toHaveLength(1);
    expect((await queue("evt-2", ["dan"])).queued).toHaveLength(1);
    await office.callboard.start();
    onTestFinished(() => office.callboard.stop());
    await until("all others are sent", () => office.transport.sent.length === 4);
    const waiting = (await office.notifications()).filter(({ status }) => status === "pending");
    expect(waiting).toMatchObject([{ userId: "ada", idempotencyKey: "evt-1" }]);
  });

  test.each(Object.keys(unconcerned))(
    "a host's open transaction that has queued for somebody does not keep %s waiting",
    async (what) => {
      const { db, storage, office, queue } = await openImpatient(database);
      await queue("evt-1", ["ben", "cleo"]);
      await office.callboard.start();
      await until("they are sent", office.isIdle);
      await office.callboard.stop();
      await queue("evt-2", ["ben"]);
      const lease = { token: crypto.randomUUID(), leaseMs: 60_000 };
      const claim = { ...lease, channels: ["chat"], pausedTemplates: [], priorities, limit: 10 };
      const [claimed] = await storage.notifications.claim(claim);
      const host = await db.startTransaction().execute();
      onTestFinished(async () => void (await host.rollback().execute()));
      await queue("evt-3", ["ada"], host);
      await unconcerned[what]!({ storage, office, queue, token: lease.token, claimedId: claimed!.id });
    },
  );

  test("connections that die of idleness cost one call at most, which says that it was not reached", async () => {
    const rounds = 2;
    const { died, first, second, rows } = await idleConnections({ database, rounds });
    expect(died).toBe(4 * rounds);
    const { null: resolved = 0, unavailable = 0, ...others } = first;
    expect(others).toEqual({});
    expect(resolved + unavailable).toBe(rounds);
    expect(second).toEqual({ null: rounds });
    expect(rows).toBe(resolved + rounds);
  });
});

/** So few that a database rather reads them all than to look by an index, and locks what it reads. */
const people = ["ada", "ben", "cleo", "dan"];

/** Whoever waits for a lock for a second fails. */
async function openImpatient(database: TestDatabase) {
  const session = () => ["set session innodb_lock_wait_timeout = 1"];
  const { db, close } = await database.open({ session });
  onTestFinished(close);
  const storage = kyselyStorage({ db, dialect: "mysql" });
  await storage.migrate();
  const office = openOffice(storage);
  await office.furnish(people);
  const queue = (idempotencyKey: string, userIds: readonly string[], transaction?: HostTransaction) =>
    office.callboard.queueNotificationsToUsers({ ...call, userIds, idempotencyKey }, { transaction });
  return { db, storage, office, queue };
}

/** What wants none of the rows of an open transaction, with what it gives back otherwise. */
const unconcerned: Readonly<Record<string, (stage: Unconcerned) => Promise<void>>> = {
  async "a call that repeats another key"({ queue }) {
    expect((await queue("evt-1", ["ben"])).skipped).toHaveLength(1);
  },
  async "a heartbeat"({ storage, token, claimedId }) {
    expect(await storage.notifications.renew({ token, leaseMs: 60_000 })).toEqual([claimedId]);
  },
  async "a receipt"({ office: { callboard, transport, notifications } }) {
    const receipt = transport.receipt("fake-1", "read");
    expect((await callboard.webhook("chat", transport.webhookRequest(receipt))).status).toBe(200);
    expect((await notifications()).filter(({ status }) => status === "read")).toHaveLength(1);
  },
  async "a claim"({ storage, queue }) {
    await queue("evt-4", ["dan"]);
    const lease = { token: crypto.randomUUID(), leaseMs: 60_000 };
    const claim = { ...lease, channels: ["chat"], pausedTemplates: [], priorities, limit: 10 };
    expect(await storage.notifications.claim(claim)).toMatchObject([{ userId: "dan" }]);
  },
  async "forgetting somebody else"({ office }) {
    expect(await office.callboard.forgetUser("cleo")).toMatchObject({ notifications: 1, contact: true });
  },
  async "a purge"({ storage }) {
    expect(await storage.notifications.purge({ olderThanMs: 0, limit: 10 })).toMatchObject({ deleted: 2 });
  },
};

type Unconcerned = Pick<Awaited<ReturnType<typeof openImpatient>>, "storage" | "office" | "queue"> & {
  readonly token: string;
  readonly claimedId: string;
};

const oddSession = ["set time_zone = '+05:30'", "set sql_mode = ''"];

/** Two processes on one database: with the server's own session, and with one that bends times and cuts text. */
async function openTwo({ open, dialect }: TestDatabase) {
  const { db, url, close } = await open({ session: () => oddSession });
  onTestFinished(close);
  const usual = connect(url).db;
  onTestFinished(() => usual.destroy());
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const offices = { odd: openOffice(storage), usual: openOffice(kyselyStorage({ db: usual, dialect })) };
  await offices.usual.furnish(["ada"]);
  return offices;
}

const call = { template: "order", context: { order: "SO-1" }, userIds: ["ada"] } as const;

describe.each(drivers)("on $name, in a session of another time zone that is not strict", (database) => {
  test.each([
    ["odd", "usual"],
    ["usual", "odd"],
  ] as const)(
    "times that the %s session writes are the same to the millisecond in the %s one",
    async (writes, reads) => {
      const offices = await openTwo(database);
      const { callboard, transport } = offices[writes];
      const at = new Date("2026-03-29T01:30:00.123Z");
      const expiresAt = new Date("2126-10-25T00:59:59.999Z");
      await callboard.queueNotificationsToUsers({ ...call, at, expiresAt });
      // Due for the other one, too.
      await offices[reads].callboard.start();
      await until("it is sent", offices[reads].isIdle);
      await offices[reads].callboard.stop();
      const readAt = new Date("2126-03-31T02:30:00.456Z");
      const receipt = transport.receipt("fake-1", "read", readAt);
      await callboard.webhook("chat", transport.webhookRequest(receipt));
      const [written] = await offices[writes].notifications();
      expect(written).toMatchObject({ notBefore: at, expiresAt, status: "read", readAt });
      expect(await offices[reads].notifications()).toEqual([written]);
      const hour = 3_600_000;
      for (const time of [written?.createdAt, written?.sentAt])
        expect(Math.abs(Number(time) - Date.now())).toBeLessThan(hour);
    },
  );

  test("milliseconds of the server's own times are kept", async () => {
    const { odd } = await openTwo(database);
    for (let index = 0; index < 20; index += 1) await odd.callboard.queueNotificationsToUsers(call);
    const created = (await odd.notifications()).map(({ createdAt }) => createdAt.getTime());
    expect(created.some((time) => time % 1_000 > 0)).toBe(true);
  });

  const long = (length: number) => "x".repeat(length);
  const tooLong: [what: string, run: (callboard: Callboard) => Promise<unknown>][] = [
    ["a user's id", ({ contacts }) => contacts.save([{ userId: long(256) }])],
    ["an address", ({ contacts }) => contacts.save([{ userId: "ben", addresses: { chat: long(256) } }])],
    ["a locale", ({ contacts }) => contacts.save([{ userId: "ben", locale: long(65) }])],
    ["a group's name", ({ groups }) => groups.ensure([long(256)])],
    ["a member's id", ({ groups }) => groups.addMembers("Sales", [long(256)])],
    ["a key", (callboard) => callboard.queueNotificationsToUsers({ ...call, idempotencyKey: long(256) })],
    [
      "a related contact's id",
      (callboard) => callboard.queueNotificationsToUsers({ ...call, relatedContact: { id: long(256) } }),
    ],
    ["a job's name", (callboard) => callboard.every(long(256), { cron: "* * * * *", timeZone: "UTC", run })],
  ];
  const run = async () => undefined;

  test.each(tooLong)("%s that is too long is refused rather than cut", async (_what, write) => {
    const { odd } = await openTwo(database);
    await odd.callboard.groups.ensure(["Sales"]);
    await expect(write(odd.callboard)).rejects.toMatchObject({ name: "InvalidOptionsError" });
  });

  test("text of any length is kept whole", async () => {
    const { odd, usual } = await openTwo(database);
    const name = `${long(100_000)}🎉`;
    await odd.callboard.contacts.save([{ userId: "ben", name, addresses: { chat: "ben@chat" } }]);
    await odd.callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: name }, userIds: ["ben"] },
      ...{ metadata: { name }, relatedContact: { id: long(255), name } },
    });
    expect(await usual.callboard.contacts.get(["ben"])).toMatchObject([{ name }]);
    expect(await usual.notifications()).toMatchObject([
      {
        content: { text: textOf(name) },
        metadata: { name },
        relatedContact: { id: long(255), name },
      },
    ]);
  });
});
