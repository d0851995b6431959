import { setTimeout } from "node:timers/promises";
import type { Scheduler } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import { inLanes } from "../crash/in-lanes.ts";
import { openScheduler } from "../crash/open-scheduler.ts";
import { openStore } from "../crash/open-store.ts";
import { type SchedulerName, schedulerOf } from "../crash/schedulers.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { openOffice, tally, textOf } from "./office.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

export interface EarlyHintsOptions {
  readonly database: ExperimentDatabase;
  /** @default one that rings at once, while the transaction is open */
  readonly scheduler?: SchedulerName;
  /** How often the worker looks by itself. @default 5 */
  readonly sweepMs?: number;
  /** Transactions that queue one notification each; every fourth rolls back. */
  readonly transactions: number;
  /** How long a transaction stays open after it has queued, at most. */
  readonly holdMs: number;
  readonly seed: number;
  /** Whether the host forgets to hand its transaction over. @default false */
  readonly outside?: boolean;
}

export interface EarlyHintsCounts {
  /** Orders that were told of before their host had asked for the commit. */
  readonly premature: number;
  /** Orders that were told of, though they were rolled back. */
  readonly ghosts: number;
  readonly sent: number;
  readonly repeatedSends: number;
  /** What the worker had to say about it. */
  readonly troubles: readonly string[];
}

/** R09: a worker is rung for transactions that are still open, and looks every few milliseconds by itself. */
export async function earlyHints(options: EarlyHintsOptions): Promise<EarlyHintsCounts> {
  const { transactions, holdMs, seed } = options;
  const random = seededRandom(seed);
  const host = await openHost(options);
  const { office, committing, premature } = host;
  try {
    const numbers = Array.from({ length: transactions }, (_, index) => index);
    await inLanes(numbers, 10, (number) => order(host, number, random() * holdMs));
    await until("everything is sent", office.isIdle);
    const told = new Set(office.transport.sent.map(({ content }) => content.text));
    const sends = Object.values(tally(office.transport.sent.map(({ notificationId }) => notificationId)));
    return {
      premature: premature.size,
      ghosts: [...told].filter((text) => !committing.has(text)).length,
      sent: sends.length,
      repeatedSends: office.transport.sent.length - sends.length,
      troubles: office.logger.entries.map(({ message }) => message),
    };
  } finally {
    await office.callboard.stop();
    await host.close();
  }
}

async function openHost({ database, scheduler: name, sweepMs = 5, outside = false }: EarlyHintsOptions) {
  const { db, url, close: drop } = await database.open({ connections: 20 });
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const { scheduler, close: unring } = name ? await engineAt(name, url) : hasty();
  /** Texts of orders whose host has asked for the commit, and of those that were sent before it had. */
  const [committing, premature] = [new Set<string>(), new Set<string>()];
  const transport = fakeTransport("chat");
  const send: typeof transport.send = (message, options) => {
    if (!committing.has(message.content.text)) premature.add(message.content.text);
    return transport.send(message, options);
  };
  const office = openOffice(storage, {
    ...{ sweepMs, scheduler, transport: { ...transport, send } },
  });
  await office.furnish(["ada"]);
  await office.callboard.start();
  const close = () => unring().then(drop);
  return { db, office, outside, committing, premature, close };
}

async function order(
  host: Awaited<ReturnType<typeof openHost>>,
  number: number,
  holdMs: number,
): Promise<void> {
  const { db, office, outside, committing } = host;
  const request = { template: "order", context: { order: `SO-${number}` }, userIds: ["ada"] } as const;
  const work = db.transaction().execute(async (transaction) => {
    await office.callboard.queueNotificationsToUsers(request, outside ? {} : { transaction });
    await setTimeout(holdMs);
    if (number % 4 === 0) throw new ChangedItsMind();
    committing.add(textOf(`SO-${number}`));
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof ChangedItsMind)) throw error;
  });
}

class ChangedItsMind extends Error {}

/** Rings at once, as if there were no transaction to wait for. */
function hasty() {
  const inProcess = inProcessScheduler();
  const scheduler: Scheduler = { ...inProcess, wake: (ids, at) => inProcess.wake(ids, at) };
  return { scheduler, close: async () => undefined };
}

/** An engine as it is, over connections of its own. */
async function engineAt(name: SchedulerName, url: string) {
  const queue = await schedulerOf(name).open(url);
  const { pool, close } = openStore(url);
  const rung = await openScheduler(queue.place, pool);
  return {
    scheduler: rung.scheduler,
    async close() {
      await rung.close();
      await queue.close();
      await close();
    },
  };
}
