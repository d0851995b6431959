import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openScheduler } from "../crash/open-scheduler.ts";
import { openStore } from "../crash/open-store.ts";
import { type SchedulerName, schedulerOf } from "../crash/schedulers.ts";
import type { DyingHostTask } from "../fixtures/host-dying-after-commit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface LostWakeUpsOptions {
  readonly database: ExperimentDatabase;
  /** @default "in-process" */
  readonly scheduler?: SchedulerName;
  /**
   * Hosts that die between the commit and the ring: half of them in a transaction, half in a call of its own. Where the
   * ring is part of the transaction, all of them in one, right after the commit.
   */
  readonly rounds: number;
}

export interface LostWakeUpsCounts {
  /** Hosts that ended by the kill. */
  readonly killed: number;
  /** Rows that wait before anybody looks. */
  readonly pending: number;
  /** Of the first half of the hosts, by a worker that sweeps. */
  readonly sentBySweep: number;
  /** Of the other half, by a worker that does not sweep: before the calls were made again, and after. */
  readonly sentByRing: number;
  readonly sentByRepeatedCalls: number;
  /** What the repeated calls said of each person. */
  readonly repeatedAnswers: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
  readonly unsent: Readonly<Record<string, number>>;
}

const userIds = ["ada", "ben", "cleo"];

/** R07: hosts die between COMMIT and the ring. A sweep finds their rows, and so does the same call once more. */
export async function lostWakeUps(options: LostWakeUpsOptions): Promise<LostWakeUpsCounts> {
  const { rounds } = options;
  const { sweeping, rung, host, close } = await openOffices(options);
  await sweeping.furnish(userIds);
  const keys = (half: string) => Array.from({ length: rounds / 2 }, (_, index) => `${half}-${index}`);
  try {
    let killed = await dieAll(host, keys("swept"));
    const pending = (await sweeping.notifications()).filter(({ status }) => status === "pending").length;
    await sweeping.callboard.start();
    await until("the sweep has found all", sweeping.isIdle);
    await sweeping.callboard.stop();
    await rung.callboard.start();
    killed += await dieAll(host, keys("repeated"));
    const expected = host.inTransactionsOnly ? (userIds.length * rounds) / 2 : 0;
    await until("those are sent whose ring was committed", () => rung.transport.sent.length >= expected);
    const sentByRing = rung.transport.sent.length;
    const repeatedAnswers = await repeat(rung, [...keys("swept"), ...keys("repeated")]);
    await until("the ring has found all", rung.isIdle);
    return {
      ...{ killed, pending, sentByRing, repeatedAnswers },
      sentBySweep: sweeping.transport.sent.length,
      sentByRepeatedCalls: rung.transport.sent.length - sentByRing,
      ...(await totals(sweeping, rung)),
    };
  } finally {
    await Promise.all([sweeping.callboard.stop(), rung.callboard.stop()]);
    await close();
  }
}

/** One office that sweeps, and one that does not; and where hosts find the same database and the same engine. */
async function openOffices({ database, scheduler = "in-process" }: LostWakeUpsOptions) {
  const { url, close: drop } = await database.open();
  const queue = await schedulerOf(scheduler).open(url);
  const { storage, pool, close: disconnect } = openStore(url);
  await storage.migrate();
  const [first, second] = [await openScheduler(queue.place, pool), await openScheduler(queue.place, pool)];
  return {
    sweeping: openOffice(storage, { scheduler: first.scheduler }),
    rung: openOffice(storage, { scheduler: second.scheduler, sweepMs: 600_000 }),
    host: {
      database: url,
      scheduler: queue.place,
      inTransactionsOnly: first.scheduler.capabilities.transactionalWake,
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
      await queue.close();
      await disconnect();
      await drop();
    },
  };
}

interface DyingHosts extends Pick<DyingHostTask, "database" | "scheduler"> {
  readonly inTransactionsOnly: boolean;
}

/** Returns how many hosts were killed at the ring. */
async function dieAll(
  { inTransactionsOnly, ...place }: DyingHosts,
  keys: readonly string[],
): Promise<number> {
  const module = join(import.meta.dirname, "../fixtures/host-dying-after-commit.ts");
  const signals = keys.map(async (idempotencyKey, index) => {
    const inTransaction = inTransactionsOnly || index % 2 === 0;
    const task: DyingHostTask = { ...place, userIds, idempotencyKey, inTransaction };
    const child = fork(module, [JSON.stringify(task)], { execArgv: [], stdio: "ignore" });
    const [, signal] = await once(child, "exit");
    return signal;
  });
  return (await Promise.all(signals)).filter((signal) => signal === "SIGKILL").length;
}

async function repeat({ callboard }: Office, keys: readonly string[]): Promise<Record<string, number>> {
  const answers: string[] = [];
  for (const idempotencyKey of keys) {
    const { queued, skipped } = await callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: idempotencyKey }, userIds, idempotencyKey },
    });
    answers.push(...queued.map(() => "queued"), ...skipped.map(({ reason }) => reason));
  }
  return tally(answers);
}

async function totals(...offices: readonly [Office, Office]) {
  const rows = await offices[0].notifications();
  const sends = tally(
    offices.flatMap(({ transport }) => transport.sent.map(({ notificationId }) => notificationId)),
  );
  return {
    repeatedSends: Object.values(sends).reduce((sum, times) => sum + times - 1, 0),
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
  };
}
