import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import type { ExperimentDatabase } from "./databases.ts";
import type { Engine } from "./engine.ts";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface ChangedSchedulerOptions {
  readonly database: ExperimentDatabase;
  readonly from: Engine;
  readonly to: Engine;
  /** Even: one half due at once, the other when the host has been restarted. */
  readonly notifications: number;
  /** Of the restarted host. @default 100 */
  readonly sweepMs?: number;
  /** How long after the last is due the rest count as unsent. @default 20_000 */
  readonly patienceMs?: number;
}

export interface ChangedSchedulerCounts {
  /** Notifications that waited, due or not, while the host was restarted. */
  readonly waited: number;
  readonly unsent: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
}

/** A host is stopped in the middle of its work and restarted with another scheduler; nothing else of it is changed. */
export async function changeScheduler(options: ChangedSchedulerOptions): Promise<ChangedSchedulerCounts> {
  const { database, notifications, sweepMs = 100, patienceMs = 20_000 } = options;
  const { db, url, close } = await database.open();
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const [from, to] = [await options.from.open(url), await options.to.open(url)];
  const transport = fakeTransport("chat");
  const before = openOffice(storage, { transport, scheduler: await from.connect() });
  const after = openOffice(storage, { transport, scheduler: await to.connect(), sweepMs });
  const userIds = Array.from({ length: notifications / 2 }, (_, index) => `user-${index}`);
  try {
    await before.furnish(userIds);
    await before.callboard.start();
    // Nobody finishes before the host is stopped.
    transport.hold();
    const request = { template: "order", context: { order: "SO-1" }, userIds } as const;
    const at = new Date(Date.now() + 3_000);
    await before.callboard.queueNotificationsToUsers({ ...request, at });
    await before.callboard.queueNotificationsToUsers(request);
    await until("some are being told", () => transport.sent.length > 0);
    const stopped = before.callboard.stop();
    transport.release();
    await stopped;
    const waited = (await before.notifications()).filter(({ status }) => status === "pending").length;
    await after.callboard.start();
    const isOver = async () => Date.now() > at.getTime() + patienceMs || (await after.isIdle());
    await until("all are told, or it takes too long", isOver);
    return { waited, ...(await counts(after)) };
  } finally {
    transport.release();
    await Promise.all([before.callboard.stop(), after.callboard.stop()]);
    await Promise.all([from.close(), to.close()]);
    await close();
  }
}

async function counts({ notifications, transport }: Office) {
  const rows = await notifications();
  const sends = Object.values(tally(transport.sent.map(({ notificationId }) => notificationId)));
  return {
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    repeatedSends: sends.reduce((sum, times) => sum + times - 1, 0),
  };
}
