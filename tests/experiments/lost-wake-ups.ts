import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { DyingHostTask } from "../fixtures/host-dying-after-commit.ts";
import { openByUrl } from "../fixtures/open-by-url.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface LostWakeUpsOptions {
  readonly database: ExperimentDatabase;
  /** Hosts that die between the commit and the ring: half of them in a transaction, half in a call of its own. */
  readonly rounds: number;
}

export interface LostWakeUpsCounts {
  /** Hosts that ended by the kill. */
  readonly killed: number;
  /** Rows that wait before anybody looks. */
  readonly pending: number;
  /** Of the first half of the hosts, by a worker that nobody rang. */
  readonly sentBySweep: number;
  /** Of the other half, by a worker that does not sweep: before the calls were made again, and after. */
  readonly sentUnrung: number;
  readonly sentByRepeatedCalls: number;
  /** What the repeated calls said of each person. */
  readonly repeatedAnswers: Readonly<Record<string, number>>;
  readonly repeatedSends: number;
  readonly unsent: Readonly<Record<string, number>>;
}

const userIds = ["ada", "ben", "cleo"];

/** R07: hosts die between COMMIT and the ring. A sweep finds their rows, and so does the same call once more. */
export async function lostWakeUps({ database, rounds }: LostWakeUpsOptions): Promise<LostWakeUpsCounts> {
  const { url, close } = await database.open();
  const { storage, close: disconnect } = openByUrl(url);
  await storage.migrate();
  const [sweeping, rung] = [openOffice(storage), openOffice(storage, { sweepMs: 600_000 })];
  await sweeping.furnish(userIds);
  const keys = (half: string) => Array.from({ length: rounds / 2 }, (_, index) => `${half}-${index}`);
  try {
    let killed = await dieAll(url, keys("swept"));
    const pending = (await sweeping.notifications()).filter(({ status }) => status === "pending").length;
    await sweeping.callboard.start();
    await until("the sweep has found all", sweeping.isIdle);
    await sweeping.callboard.stop();
    await rung.callboard.start();
    killed += await dieAll(url, keys("repeated"));
    const sentUnrung = rung.transport.sent.length;
    const repeatedAnswers = await repeat(rung, [...keys("swept"), ...keys("repeated")]);
    await until("the ring has found all", rung.isIdle);
    return {
      ...{ killed, pending, sentUnrung, repeatedAnswers },
      sentBySweep: sweeping.transport.sent.length,
      sentByRepeatedCalls: rung.transport.sent.length - sentUnrung,
      ...(await totals(sweeping, rung)),
    };
  } finally {
    await Promise.all([sweeping.callboard.stop(), rung.callboard.stop()]);
    await disconnect();
    await close();
  }
}

/** Returns how many hosts were killed at the ring. */
async function dieAll(database: string, keys: readonly string[]): Promise<number> {
  const module = join(import.meta.dirname, "../fixtures/host-dying-after-commit.ts");
  const signals = keys.map(async (idempotencyKey, index) => {
    const task: DyingHostTask = { database, userIds, idempotencyKey, inTransaction: index % 2 === 0 };
    const host = fork(module, [JSON.stringify(task)], { execArgv: [], stdio: "ignore" });
    const [, signal] = await once(host, "exit");
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
