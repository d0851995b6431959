import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Notification } from "@callboard/core";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { faultOf, type Office, openOffice, tally } from "./office.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { unfenced } from "./unfenced.ts";
import { until } from "./until.ts";

export interface SilentDatabaseCounts {
  /** What a call said that was made meanwhile, when the link was back; `null`: it resolved. */
  readonly fault: string | null;
  /** Rows that another worker took over, and that the first one changed when the link was back. */
  readonly takenOver: number;
  readonly changedAfterwards: number;
  /** Attempts of the first worker that know the provider's id in the end. */
  readonly idsKept: number;
  readonly unsent: Readonly<Record<string, number>>;
  /** Sends beyond the first of a row that no lost lease explains. */
  readonly unexplained: number;
}

export interface SilentDatabaseOptions {
  readonly database: TestDatabase;
  /** Whether a worker that lost its lease can change nothing. @default true */
  readonly isFenced?: boolean;
}

/** R15: the link of one worker to the database lets nothing through for longer than a lease. */
export async function silentDatabase(options: SilentDatabaseOptions): Promise<SilentDatabaseCounts> {
  const offices = await openOffices(options);
  const { far, near, proxy } = offices;
  try {
    await far.furnish(["ada"]);
    await far.callboard.start();
    far.transport.hold();
    for (const order of ["a", "b", "c"]) await queue(far, order);
    await until("they are on their way", () => far.transport.sent.length === 3);
    await setTimeout(100);
    proxy.silence();
    far.transport.release();
    const call = faultOf(queue(far, "d"));
    await near.callboard.start();
    await until("the other one has taken over", () => near.transport.sent.length >= 3);
    await until("and recorded it", near.isIdle);
    const before = await near.notifications();
    proxy.speak();
    const fault = await call;
    await queue(far, "e");
    await until("everything is sent", near.isIdle);
    await far.callboard.stop();
    return { fault, ...(await count(offices, before)) };
  } finally {
    await offices.close();
  }
}

async function openOffices({ database, isFenced = true }: SilentDatabaseOptions) {
  const { db, url, close } = await database.open();
  const proxy = await tcpProxy(url);
  const { db: farDb, dialect } = connect(proxy.url);
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const farStorage = kyselyStorage({ db: farDb, dialect });
  const notifications = isFenced ? farStorage.notifications : unfenced(farStorage.notifications);
  // It does not sweep, so that the link falls silent between two statements: within one the database would keep what it
  // has locked until it notices by itself.
  const far = openOffice({ ...farStorage, notifications }, { leaseMs: 6_000, sweepMs: 600_000 });
  const near = openOffice(storage);
  return {
    ...{ far, near, proxy, storage },
    async close(): Promise<void> {
      proxy.speak();
      await Promise.all([far.callboard.stop(), near.callboard.stop()]);
      await farDb.destroy();
      await proxy.close();
      await close();
    },
  };
}

function queue({ callboard }: Office, order: string) {
  return callboard.queueNotificationsToUsers({ template: "order", context: { order }, userIds: ["ada"] });
}

type Offices = Awaited<ReturnType<typeof openOffices>>;

/** @param before - The rows that were taken over, as they were before the link was back. */
async function count({ far, near, storage }: Offices, before: readonly Notification[]) {
  const after = await near.notifications();
  const own = new Set(far.transport.sent.slice(0, 3).map(({ attemptId }) => attemptId));
  const attempts = await storage.notifications.attemptsOf(before.map(({ id }) => id));
  const sends = tally(
    [...far.transport.sent, ...near.transport.sent].map(({ notificationId }) => notificationId),
  );
  return {
    takenOver: before.filter(({ crashes }) => crashes === 1).length,
    changedAfterwards: before.filter(
      (row) =>
        !isDeepStrictEqual(
          row,
          after.find(({ id }) => id === row.id),
        ),
    ).length,
    idsKept: attempts.filter(({ id, providerMessageId }) => own.has(id) && providerMessageId !== null).length,
    unsent: tally(after.map(({ status }) => status).filter((status) => status !== "sent")),
    unexplained: after.reduce((sum, { id, crashes }) => sum + Math.max(0, (sends[id] ?? 0) - 1 - crashes), 0),
  };
}
