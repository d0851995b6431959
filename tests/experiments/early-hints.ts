import { setTimeout } from "node:timers/promises";
import type { Scheduler } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import type { ExperimentDatabase } from "./databases.ts";
import { openOffice, tally, textOf } from "./office.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

export interface EarlyHintsOptions {
  readonly database: ExperimentDatabase;
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

/** R09: a worker is rung while the transactions are still open, and looks every 5 ms by itself. */
export async function earlyHints(options: EarlyHintsOptions): Promise<EarlyHintsCounts> {
  const { transactions, holdMs, seed } = options;
  const random = seededRandom(seed);
  const host = await openHost(options);
  const { office, committing, premature } = host;
  try {
    const numbers = Array.from({ length: transactions }, (_, index) => index);
    await inLanes(10, numbers, (number) => order(host, number, random() * holdMs));
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

async function openHost({ database, outside = false }: EarlyHintsOptions) {
  const { db, close } = await database.open({ connections: 20 });
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  /** Texts of orders whose host has asked for the commit, and of those that were sent before it had. */
  const [committing, premature] = [new Set<string>(), new Set<string>()];
  const transport = fakeTransport("chat");
  const send: typeof transport.send = (message, options) => {
    if (!committing.has(message.content.text)) premature.add(message.content.text);
    return transport.send(message, options);
  };
  const office = openOffice(storage, {
    ...{ sweepMs: 5, scheduler: hastyScheduler(), transport: { ...transport, send } },
  });
  await office.furnish(["ada"]);
  await office.callboard.start();
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
function hastyScheduler(): Scheduler {
  const scheduler = inProcessScheduler();
  return { ...scheduler, wake: (ids, at) => scheduler.wake(ids, at) };
}

async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
