import { kyselyStorage } from "@callboard/storage-kysely";
import { connect } from "@callboard/test-databases";
import type { Kysely, Transaction } from "kysely";
import { administrate, connectionOf, type ExperimentDatabase } from "./databases.ts";
import { meeting } from "./meeting.ts";
import { faultOf, type Office, openOffice, tally, textOf } from "./office.ts";
import { type Loss, type TcpProxy, tcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

export interface RollbackOptions {
  readonly database: ExperimentDatabase;
  /** Each of them makes one transaction, or a pair, of every kind. */
  readonly rounds: number;
}

export interface RollbackCounts {
  /** Orders that the host's table holds in the end. */
  readonly committed: number;
  /** Orders that it does not. */
  readonly rolledBack: number;
  /** How the transactions of each kind ended, in the host's eyes. */
  readonly endings: Readonly<Record<string, Partial<Record<Ending, number>>>>;
  /** Transactions whose ending the host's table contradicts. */
  readonly contradicted: readonly string[];
  /** Told of, though the host's table does not hold them. */
  readonly ghosts: readonly string[];
  /** Not told of, though it does. */
  readonly lost: readonly string[];
  readonly toldTwice: readonly string[];
  /** Calls whose fault, or whose repeated answer, was not the true one. */
  readonly untrue: readonly string[];
}

/** `unknown`: the connection broke around the commit. */
export type Ending = "committed" | "rolled back" | "unknown";

/** R08: hosts' transactions that queue a notification end in every way that there is, while a worker sends. */
export async function rollback({ database, rounds }: RollbackOptions): Promise<RollbackCounts> {
  const host = await openHost(database);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const kinds = Object.entries(host.kinds);
      await Promise.all(kinds.map(([name, kind]) => kind(host, `${name}-${round}`)));
    }
    await until("everything is sent", host.office.isIdle);
    await host.office.callboard.stop();
    return await count(host);
  } finally {
    await host.close();
  }
}

interface HostTables {
  readonly orders: { readonly number: string };
  readonly stock: { readonly item: string; readonly pieces: number };
  readonly deliveries: { readonly item: string };
}

type HostTransaction = Transaction<HostTables>;

async function openHost(database: ExperimentDatabase) {
  // Room for the transactions of a round, which wait for each other, and for the worker.
  const opened = await database.open({ connections: 40 });
  const db = opened.db as Kysely<HostTables>;
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  await db.schema
    .createTable("orders")
    .addColumn("number", "varchar(100)", (column) => column.primaryKey())
    .execute();
  await db.schema
    .createTable("stock")
    .addColumn("item", "varchar(100)", (column) => column.primaryKey())
    .addColumn("pieces", "integer")
    .execute();
  await db.schema
    .createTable("deliveries")
    .addColumn("item", "varchar(100)", (column) => column.primaryKey())
    .execute();
  const office = openOffice(storage);
  await office.furnish(["ada"]);
  await office.callboard.start();
  const administrator = database.dialect === "sqlite" ? null : administrate(opened.url);
  const endings = new Map<string, Ending>();
  const untrue: string[] = [];
  return {
    db,
    dialect: database.dialect,
    office,
    url: opened.url,
    administrator,
    endings,
    untrue,
    kinds: administrator ? { ...everywhere, ...withServer } : everywhere,
    async close() {
      await office.callboard.stop();
      await administrator?.close();
      await opened.close();
    },
  };
}

type Host = Awaited<ReturnType<typeof openHost>>;
type Kind = (host: Host, number: string) => Promise<void>;

/** A Callboard and a host whose connections go by way of a proxy of their own. */
interface FarOffice {
  readonly proxy: TcpProxy;
  readonly db: Kysely<HostTables>;
  readonly callboard: Office["callboard"];
}

async function withFarOffice({ url, dialect }: Host, work: (far: FarOffice) => Promise<void>): Promise<void> {
  const proxy = await tcpProxy(url);
  const db = connect(proxy.url).db as Kysely<HostTables>;
  try {
    await work({ proxy, db, callboard: openOffice(kyselyStorage({ db, dialect })).callboard });
  } finally {
    await db.destroy();
    await proxy.close();
  }
}

/** Writes the host's row, and queues the notification of it. */
async function order(
  { callboard }: Pick<Office, "callboard">,
  transaction: HostTransaction,
  number: string,
): Promise<void> {
  await transaction.insertInto("orders").values({ number }).execute();
  await callboard.queueNotificationsToUsers(
    { template: "order", context: { order: number }, userIds: ["ada"] },
    { transaction },
  );
}

/** Notes how a transaction with this order ended. */
async function ending(
  { endings }: Host,
  number: string,
  transaction: Promise<unknown>,
  ifRejected: Ending = "rolled back",
): Promise<void> {
  const fault = await faultOf(transaction);
  endings.set(number, fault === null ? "committed" : ifRejected);
}

class ChangedItsMind extends Error {}

const everywhere: Readonly<Record<string, Kind>> = {
  async commits(host, number) {
    const four = [1, 2, 3, 4].map((each) => `${number}-${each}`);
    await Promise.all(
      four.map((one) =>
        ending(
          host,
          one,
          host.db.transaction().execute((own) => order(host.office, own, one)),
        ),
      ),
    );
  },
  async commitsOurs(host, number) {
    const transaction = host.office.callboard.transaction((own) => order(host.office, own, number));
    await ending(host, number, transaction);
  },
  async throws(host, number) {
    const transaction = host.db.transaction().execute(async (own) => {
      await order(host.office, own, number);
      throw new ChangedItsMind();
    });
    await ending(host, number, transaction);
  },
  async throwsInOurs(host, number) {
    const transaction = host.office.callboard.transaction(async (own) => {
      await order(host.office, own, number);
      throw new ChangedItsMind();
    });
    await ending(host, number, transaction);
  },
  /** What came behind the savepoint goes, the rest stays. */
  async rollsBackToSavepoint(host, number) {
    const own = await host.db.startTransaction().execute();
    await order(host.office, own, `${number}-before`);
    const within = await own.savepoint("part").execute();
    await order(host.office, within, `${number}-within`);
    const after = await within.rollbackToSavepoint("part").execute();
    await order(host.office, after, `${number}-after`);
    const committing = after.commit().execute();
    await Promise.all([
      ending(host, `${number}-before`, committing),
      ending(host, `${number}-after`, committing),
      ending(host, `${number}-within`, Promise.reject(new ChangedItsMind())),
    ]);
  },
  async releasesSavepoint(host, number) {
    const own = await host.db.startTransaction().execute();
    const within = await own.savepoint("part").execute();
    await order(host.office, within, number);
    const after = await within.releaseSavepoint("part").execute();
    await ending(host, number, after.commit().execute());
  },
};

const withServer: Readonly<Record<string, Kind>> = {
  async deadlocks(host, number) {
    const items = [`${number}-a`, `${number}-b`];
    await host.db
      .insertInto("stock")
      .values(items.map((item) => ({ item, pieces: 1 })))
      .execute();
    const take = (own: HostTransaction, item = "") =>
      own.updateTable("stock").set({ pieces: 0 }).where("item", "=", item).execute();
    await pair(host, number, "read committed", {
      first: (own, side) => take(own, items[side]),
      second: (own, side) => take(own, items[1 - side]),
    });
  },
  /** In a table of its own: on MariaDB whoever reads a range locks what stands next to it. */
  async cannotBeSerialized(host, number) {
    await pair(host, number, "serializable", {
      first: (own) => own.selectFrom("deliveries").selectAll().execute(),
      second: (own, side) =>
        own
          .insertInto("deliveries")
          .values({ item: `${number}-${side}` })
          .execute(),
    });
  },
  async killedBeforeCommit(host, number) {
    const transaction = host.db.transaction().execute(async (own) => {
      await order(host.office, own, number);
      await host.administrator?.kill(await connectionOf(own, host.dialect));
    });
    await ending(host, number, transaction);
  },
  async killedDuringCommit(host, number) {
    let killing: Promise<void> | undefined;
    const transaction = host.db.transaction().execute(async (own) => {
      await order(host.office, own, number);
      killing = host.administrator?.kill(await connectionOf(own, host.dialect));
    });
    await ending(host, number, transaction, "unknown");
    await killing;
  },
  losesRequest: (host, number) => losesCommit(host, number, "request"),
  losesAnswer: (host, number) => losesCommit(host, number, "answer"),
  losesRequestOfOurs: (host, number) => losesCommitOfOurs(host, number, "request"),
  losesAnswerOfOurs: (host, number) => losesCommitOfOurs(host, number, "answer"),
  losesRequestOfACall: (host, number) => losesCommitOfACall(host, number, "request"),
  losesAnswerOfACall: (host, number) => losesCommitOfACall(host, number, "answer"),
};

/** Two transactions that get into each other's way, so that one of them is undone. */
async function pair(
  host: Host,
  number: string,
  isolation: "read committed" | "serializable",
  steps: Readonly<Record<"first" | "second", (own: HostTransaction, side: 0 | 1) => Promise<unknown>>>,
): Promise<void> {
  const { arrive } = meeting(2);
  const side = (which: 0 | 1) =>
    host.db
      .transaction()
      .setIsolationLevel(isolation)
      .execute(async (own) => {
        let met: Promise<void>;
        try {
          await order(host.office, own, `${number}-${which}`);
          await steps.first(own, which);
        } finally {
          // Also whoever fails on the way must not be waited for.
          met = arrive();
        }
        await met;
        await steps.second(own, which);
      });
  await Promise.all([ending(host, `${number}-0`, side(0)), ending(host, `${number}-1`, side(1))]);
}

/** All of the statement; "read committed" is another one. */
const commit = /\bcommit\0?$/i;

/** The host's own transaction: only the host can find out. */
function losesCommit(host: Host, number: string, lost: Loss["lost"]): Promise<void> {
  return withFarOffice(host, async (far) => {
    const transaction = far.db.transaction().execute(async (own) => {
      await order(far, own, number);
      void far.proxy.loseNext({ request: commit, lost });
    });
    await ending(host, number, transaction, "unknown");
  });
}

function losesCommitOfOurs(host: Host, number: string, lost: Loss["lost"]): Promise<void> {
  return withFarOffice(host, async (far) => {
    const transaction = far.callboard.transaction(async (own) => {
      await order(far, own, number);
      void far.proxy.loseNext({ request: commit, lost });
    });
    const fault = await faultOf(transaction);
    host.endings.set(number, "unknown");
    if (fault !== "outcome-unknown") host.untrue.push(`${number}: transaction() said ${fault}`);
  });
}

/** A call of ours without a transaction: repeated under its key, it says what became of the first one. */
function losesCommitOfACall(host: Host, number: string, lost: Loss["lost"]): Promise<void> {
  return withFarOffice(host, async ({ proxy, callboard }) => {
    const call = () =>
      callboard.queueNotificationsToUsers({
        ...{ template: "order", context: { order: number }, userIds: ["ada"], idempotencyKey: number },
      });
    void proxy.loseNext({ request: commit, lost });
    const fault = await faultOf(call());
    if (fault !== "outcome-unknown") host.untrue.push(`${number}: the call said ${fault}`);
    const { queued, skipped } = await call();
    const answer = [...queued.map(() => "queued"), ...skipped.map(({ reason }) => reason)].join();
    if (answer !== (lost === "request" ? "queued" : "duplicate"))
      host.untrue.push(`${number}: the repeated call said ${answer}`);
    // The host's own row, for the count.
    await host.db.insertInto("orders").values({ number }).execute();
    host.endings.set(number, "committed");
  });
}

async function count({ db, office, kinds, endings, untrue }: Host): Promise<RollbackCounts> {
  const rows = await db.selectFrom("orders").select("number").execute();
  const orders = new Set(rows.map(({ number }) => number));
  const told = tally(office.transport.sent.map(({ content }) => content.text));
  const known = [...endings].filter(([, how]) => how !== "unknown");
  const toldTexts = new Set(Object.keys(told));
  return {
    committed: orders.size,
    rolledBack: [...endings.keys()].filter((number) => !orders.has(number)).length,
    endings: Object.fromEntries(
      Object.keys(kinds).map((name) => [
        name,
        tally([...endings].flatMap(([number, how]) => (number.startsWith(`${name}-`) ? [how] : []))),
      ]),
    ),
    contradicted: known
      .filter(([number, how]) => (how === "committed") !== orders.has(number))
      .map(([number]) => number),
    ghosts: [...toldTexts].filter((text) => ![...orders].some((number) => textOf(number) === text)),
    lost: [...orders].filter((number) => !toldTexts.has(textOf(number))),
    toldTwice: Object.entries(told).flatMap(([text, times]) => (times > 1 ? [text] : [])),
    untrue,
  };
}
