import type { JsonValue } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { manualScheduler } from "@callboard/testing";
import { neverMs } from "./branch-offices.ts";
import type { ExperimentDatabase } from "./databases.ts";
import type { Engine } from "./engine.ts";
import { openOffice, textOf } from "./office.ts";
import { until } from "./until.ts";

/** What other versions, and other people, may have put into the queue. */
const foreignHints: readonly JsonValue[] = [
  { v: 2, rows: [{ id: "1" }] },
  { v: 1, ids: "1" },
  { v: 1, ids: [1, null, {}] },
  { v: 1, job: 7, slot: "tomorrow" },
  ...[[], "SO-1"],
];

/** This can be read, but nobody here knows the job. */
const tickOfAnotherDeployment: JsonValue = { v: 1, job: "a job of another deployment", slot: 0 };

export interface ForeignHintsCounts {
  /** Hints that somebody was told for, one notification each. */
  readonly rung: number;
  readonly hints: number;
  /** What is left of the jobs, by state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** What the worker had to say. */
  readonly troubles: readonly string[];
}

/** D07: notifications that nobody was asked to ring for, and in the queue only what this version never wrote. */
export async function meetForeignHints({
  database,
  engine: { open: openEngine },
}: {
  readonly database: ExperimentDatabase;
  readonly engine: Engine;
}): Promise<ForeignHintsCounts> {
  const { db, url, close } = await database.open();
  const engine = await openEngine(url);
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const scheduler = await engine.connect();
  const worker = openOffice(storage, { scheduler, sweepMs: neverMs });
  const host = openOffice(storage, { scheduler: manualScheduler() });
  await worker.furnish(["ada"]);
  await worker.callboard.start();
  const tell = async (order: string, hint: JsonValue) => {
    await host.callboard.queueNotificationsToUsers({
      template: "order",
      context: { order },
      userIds: ["ada"],
    });
    await engine.plant(hint);
    const isTold = () => worker.transport.sent.some(({ content }) => content.text === textOf(order));
    await until(`${JSON.stringify(hint)} rings`, isTold);
  };
  try {
    await until("the engine takes wake-ups", () => isResolved(scheduler.wake(["nobody"], new Date())));
    for (const [index, hint] of foreignHints.entries()) await tell(`SO-${index}`, hint);
    await engine.plant(tickOfAnotherDeployment);
    await tell("the last", {});
    await until("no job waits any more", async () => !isWaiting(await engine.jobs()), { withinMs: 10_000 });
    return {
      rung: worker.transport.sent.length - 1,
      hints: foreignHints.length,
      jobs: await engine.jobs(),
      troubles: worker.logger.entries.flatMap(({ level, message }) => (level === "debug" ? [] : [message])),
    };
  } finally {
    await worker.callboard.stop();
    await engine.close();
    await close();
  }
}

function isWaiting(jobs: Readonly<Record<string, number>>): boolean {
  return ["wait", "active", "prioritized", "delayed", "created", "retry"].some((state) => jobs[state]);
}

async function isResolved(promise: Promise<unknown>): Promise<true> {
  await promise;
  return true;
}
