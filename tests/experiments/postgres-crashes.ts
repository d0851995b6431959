import { setTimeout } from "node:timers/promises";
import type { NotificationStore } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect } from "@callboard/test-databases";
import { fakeTransport } from "@callboard/testing";
import { openCluster } from "../crash/postgres-cluster.ts";
import { watchUnhandledRejections } from "./massacre.ts";
import { faultOf, type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface PostgresCrashesOptions {
  readonly crashes: number;
  /** Sends that the crashes are spread over. */
  readonly notifications: number;
  /** Records each result once at most, and never looks for lost leases: what happens without these. @default false */
  readonly forgetful?: boolean;
}

export interface PostgresCrashesCounts {
  /** What calls rejected with meanwhile, by fault. */
  readonly faults: Readonly<Record<string, number>>;
  /** What the same calls said in the end. */
  readonly answers: Readonly<Record<string, number>>;
  readonly unsent: Readonly<Record<string, number>>;
  readonly rows: number;
  /** Sends beyond the first of a row that no attempt of unknown outcome explains. */
  readonly unexplained: number;
  /** Sends of which there is no attempt. */
  readonly ghosts: number;
  readonly unhandledRejections: readonly string[];
}

/** R13: the database server crashes in the middle of sending, and comes back. */
export async function postgresCrashes(options: PostgresCrashesOptions): Promise<PostgresCrashesCounts> {
  const { crashes, notifications, forgetful = false } = options;
  const server = await openCluster();
  const { db } = connect(server.url);
  const storage = kyselyStorage({ db, dialect: "postgres" });
  await storage.migrate();
  const people = Array.from({ length: notifications }, (_, index) => `user-${index}`);
  const ownStore = forgetful ? forgetting(storage.notifications) : storage.notifications;
  const office = openOffice({ ...storage, notifications: ownStore }, { transport: slowTransport() });
  await office.furnish(people);
  const unhandled = watchUnhandledRejections();
  const faults: string[] = [];
  const answers: string[] = [];
  try {
    await office.callboard.start();
    await queue(office, "all", people);
    for (let crash = 1; crash <= crashes; crash += 1) {
      const some = (notifications * crash) / (crashes + 1);
      await until("some are on their way", () => office.transport.sent.length >= some);
      const restarting = server.restart();
      const call = () => queue(office, `crash-${crash}`, ["user-0"]);
      answers.push(await repeated(call, faults));
      await restarting;
    }
    await until("everything is sent", forgetful ? () => isClaimed(office) : office.isIdle);
    await office.callboard.stop();
    return {
      ...{ faults: tally(faults), answers: tally(answers) },
      ...(await compare(office, storage.notifications)),
      unhandledRejections: unhandled.seen,
    };
  } finally {
    unhandled.stop();
    await office.callboard.stop();
    await db.destroy();
    await server.drop();
  }
}

/** One that takes its time, so that crashes meet messages on their way. */
function slowTransport() {
  const transport = fakeTransport("chat");
  const send: typeof transport.send = async (message, options) => {
    const result = await transport.send(message, options);
    await setTimeout(50);
    return result;
  };
  return { ...transport, send };
}

function forgetting<Tx>(store: NotificationStore<Tx>): NotificationStore<Tx> {
  return {
    ...store,
    record: (results) => store.record(results).catch(() => []),
    findOverdue: async () => [],
  };
}

async function isClaimed(office: Office): Promise<boolean> {
  return (await office.notifications()).every(({ status }) => status !== "pending");
}

/** Repeats the call until it succeeds, as hosts do. */
async function repeated(call: () => Promise<string>, faults: string[]): Promise<string> {
  for (;;) {
    const answer: string[] = [];
    const fault = await faultOf(call().then((said) => answer.push(said)));
    if (fault === null) return answer.join();
    faults.push(fault);
    await setTimeout(5);
  }
}

/** What it said of them: "queued", or why not. */
async function queue(
  { callboard }: Office,
  idempotencyKey: string,
  userIds: readonly string[],
): Promise<string> {
  const { queued, skipped } = await callboard.queueNotificationsToUsers({
    ...{ template: "order", context: { order: idempotencyKey }, userIds, idempotencyKey },
  });
  return skipped[0]?.reason ?? (queued.length === userIds.length ? "queued" : "nobody");
}

async function compare(office: Office, store: NotificationStore<never>) {
  const rows = await office.notifications();
  const attempts = await store.attemptsOf(rows.map(({ id }) => id));
  const known = new Set(attempts.map(({ id }) => id));
  const sends = tally(office.transport.sent.map(({ notificationId }) => notificationId));
  return {
    rows: rows.length,
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    ghosts: office.transport.sent.filter(({ attemptId }) => !known.has(attemptId)).length,
    unexplained: rows.reduce(
      (sum, { id, crashes, uncertainties }) =>
        sum + Math.max(0, (sends[id] ?? 0) - 1 - crashes - uncertainties),
      0,
    ),
  };
}
