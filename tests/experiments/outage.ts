import type { StorageFault } from "@callboard/core";
import { type KyselyStorage, kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { type Kysely, sql } from "kysely";
import { administrate, type ExperimentDatabase, sqlite } from "./databases.ts";
import { concurrency, faultOf, type Office, openOffice, tally } from "./office.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

/** Something that a database does to us for a while. */
export interface Outage {
  readonly name: string;
  /** What calls reject with meanwhile. */
  readonly fault: StorageFault;
  readonly open: () => Promise<OpenOutage>;
}

interface OpenOutage {
  /** The host's own. */
  readonly db: Kysely<unknown>;
  readonly dialect: ExperimentDatabase["dialect"];
  /** Resolves when it has begun, for every connection. */
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** A way to the same rows that is open all the time. */
  readonly watch: Kysely<unknown>;
  readonly close: () => Promise<void>;
}

export interface OutageOptions {
  readonly outage: Outage;
  /** How often it begins and ends. @default 1 */
  readonly times?: number;
  /** How many notifications wait in each of their stages when it begins. @default 5 */
  readonly waiting?: number;
}

export interface OutageCounts {
  /** Calls by what they rejected with; `null`: they resolved. */
  readonly during: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Tables that were not the same when it ended as when it began. */
  readonly changed: readonly string[];
  /** Calls that did not succeed afterwards, on the same storage. */
  readonly failedAfterwards: readonly string[];
  readonly unsent: Readonly<Record<string, number>>;
  readonly sent: number;
  /** Sends beyond the first of a row. */
  readonly repeatedSends: number;
  readonly queued: number;
}

/**
 * R16: a started Callboard meets a database that refuses it for a while, with messages on their way, others due
 * meanwhile, and calls that go on.
 */
export async function outage({ outage, times = 1, waiting = 5 }: OutageOptions): Promise<OutageCounts> {
  const open = await outage.open();
  const storage = kyselyStorage({ db: open.db, dialect: open.dialect });
  await storage.migrate();
  // So long that nobody loses a lease to the outage.
  const office = openOffice(storage, { leaseMs: 600_000 });
  await office.furnish(["ada", "ben"]);
  await office.callboard.start();
  const during: [call: string, fault: string | null][] = [];
  const [changed, failedAfterwards] = [new Set<string>(), [] as string[]];
  // Nothing is claimed while more than half of all hands are full.
  const underWay = Math.min(waiting, concurrency / 2);
  let queued = 0;
  try {
    for (let time = 0; time < times; time += 1) {
      const sentBefore = office.transport.sent.length;
      office.transport.hold();
      queued += await queueAll(office, `under-way-${time}`, waiting);
      await until("they are being sent", () => office.transport.sent.length >= sentBefore + underWay);
      queued += await queueAll(office, `due-${time}`, waiting, new Date(Date.now() + 500));
      await open.begin();
      const before = await contents(open);
      const logged = office.logger.entries.length;
      office.transport.release();
      for (const [call, run] of Object.entries(calls(office, storage, `during-${time}`)))
        during.push([call, await faultOf(run())]);
      await until("the worker has noticed", () => office.logger.entries.length > logged);
      for (const [table, rows] of await contents(open)) if (before.get(table) !== rows) changed.add(table);
      await open.end();
      for (const [call, run] of Object.entries(calls(office, storage, `after-${time}`))) {
        const fault = await faultOf(run());
        if (fault !== null) failedAfterwards.push(`${call}: ${fault}`);
        else if (call.startsWith("queue")) queued += 1;
      }
      await until("everything is sent", office.isIdle);
    }
    return { ...(await count(office)), ...summary(during), changed: [...changed], failedAfterwards, queued };
  } finally {
    office.transport.release();
    await office.callboard.stop();
    await open.close();
  }
}

/** What a host calls, each of which writes something. */
function calls({ callboard }: Office, storage: KyselyStorage<unknown>, name: string) {
  const request = { template: "order", context: { order: name }, userIds: ["ada"] } as const;
  const order = { name: "order", body: name, buttons: [], channels: {}, contentHash: name };
  return {
    queue: () => callboard.queueNotificationsToUsers(request),
    queueWithKey: () => callboard.queueNotificationsToUsers({ ...request, idempotencyKey: name }),
    queueInTransaction: () =>
      callboard.transaction((transaction) => callboard.queueNotificationsToUsers(request, { transaction })),
    saveContact: () => callboard.contacts.save([{ userId: name, addresses: { chat: name } }]),
    ensureGroup: () => callboard.groups.ensure([name]),
    forgetUser: () => callboard.forgetUser("ben"),
    publishTemplate: () => storage.templates.publish([order]),
    pause: () =>
      storage.pauses.pause({ channel: "mail", template: null, reason: "An experiment.", forMs: 1_000 }),
    claimSlot: () => storage.recurring.claimSlot(name, new Date()),
  } satisfies Record<string, () => Promise<unknown>>;
}

async function queueAll({ callboard }: Office, name: string, count: number, at?: Date): Promise<number> {
  for (let index = 0; index < count; index += 1) {
    await callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: `${name}-${index}` }, userIds: ["ada"] },
      ...(at && { at }),
    });
  }
  return count;
}

/** Every row of every table, as text. */
async function contents({ watch, dialect }: OpenOutage): Promise<Map<string, string>> {
  const tables = await watch.introspection.getTables();
  const found = new Map<string, string>();
  for (const { name } of tables.filter(({ name }) => name.startsWith("callboard_"))) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(watch);
    found.set(
      name,
      rows
        .map((row) => JSON.stringify(row))
        .sort()
        .join(),
    );
  }
  if (found.size === 0) throw new Error(`There are no tables on ${dialect}.`);
  return found;
}

function summary(during: readonly [call: string, fault: string | null][]) {
  const byFault: Record<string, Record<string, number>> = {};
  for (const fault of new Set(during.map(([, fault]) => fault))) {
    byFault[String(fault)] = tally(during.flatMap(([call, its]) => (its === fault ? [call] : [])));
  }
  return { during: byFault };
}

async function count(office: Office) {
  const rows = await office.notifications();
  const sends = Object.values(tally(office.transport.sent.map(({ notificationId }) => notificationId)));
  return {
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    sent: sends.length,
    repeatedSends: sends.reduce((sum, times) => sum + times - 1, 0),
  };
}

/** A failover: the connections break, and new ones reach a server that takes no writes. */
export function readOnlyServer(database: TestDatabase): Outage {
  const { name, dialect } = database;
  return {
    name: `${name} that is read-only`,
    fault: "read-only",
    async open() {
      let session: string[] = [];
      const { db, url, close } = await database.open({ session: () => session });
      const administrator = administrate(url);
      const watch = connect(url, { connections: 1, session: () => session }).db;
      const become = async (mode: "on" | "off") => {
        if (dialect === "postgres") await administrator.setForDatabase("default_transaction_read_only", mode);
        // MariaDB has such a setting for all databases alone, of which others are in use.
        else session = mode === "on" ? ["set session transaction read only"] : [];
        await administrator.killAll();
        for (const way of [db, watch])
          await until("its connections are new", async () => (await modeOf(way, dialect)) === mode);
      };
      return {
        ...{ db, watch, dialect },
        begin: () => become("on"),
        end: () => become("off"),
        async close() {
          await watch.destroy();
          await administrator.close();
          await close();
        },
      };
    },
  };
}

async function modeOf(db: Kysely<unknown>, dialect: TestDatabase["dialect"]): Promise<string | undefined> {
  const mode =
    dialect === "postgres"
      ? sql`current_setting('transaction_read_only')`
      : sql`if(@@tx_read_only, 'on', 'off')`;
  const { rows } = await sql<{ mode: string }>`select ${mode} as mode`.execute(db);
  return rows[0]?.mode;
}

/** A file that its one connection may not write to. */
export const readOnlyFile: Outage = {
  name: "a SQLite file that is read-only",
  fault: "read-only",
  async open() {
    const { db, close } = await sqlite.open();
    const become = async (mode: "on" | "off") =>
      void (await sql.raw(`pragma query_only = ${mode}`).execute(db));
    return {
      ...{ db, close, watch: db, dialect: "sqlite" },
      begin: () => become("on"),
      end: () => become("off"),
    };
  },
};

/** A server that is down, or a network that does not lead to it. */
export function goneServer(database: TestDatabase): Outage {
  return {
    name: `${database.name} that is gone`,
    fault: "unavailable",
    async open() {
      const { db: watch, url, close } = await database.open();
      const proxy = await tcpProxy(url);
      const { db } = connect(proxy.url);
      return {
        ...{ db, watch, dialect: database.dialect, begin: proxy.refuse, end: proxy.accept },
        async close() {
          await db.destroy();
          await proxy.close();
          await close();
        },
      };
    },
  };
}
