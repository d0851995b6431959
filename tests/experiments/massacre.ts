import { setTimeout } from "node:timers/promises";
import type { Notification } from "@callboard/core";
import { type Attempt, type NotificationStore, StorageError } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { administrate } from "./databases.ts";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface MassacreOptions {
  readonly database: TestDatabase;
  /** How long it lasts. */
  readonly forMs: number;
  /** How often all connections are killed. */
  readonly everyMs: number;
  /** Processes that queue, each with connections of its own. @default 4 */
  readonly enqueuers?: number;
}

export interface MassacreCounts {
  readonly massacres: number;
  readonly killed: number;
  /** Calls under distinct keys, each repeated until it succeeded. */
  readonly calls: number;
  /** How often they were repeated, by fault. */
  readonly faults: Readonly<Record<string, number>>;
  /** Errors that are none of ours: what nobody can act on. */
  readonly strange: readonly string[];
  /** Answers of calls that did not say of each person that they were queued, now or before. */
  readonly untrue: readonly string[];
  /** Rows beyond the one for each key and person, or missing from it. */
  readonly rowsTooMany: number;
  /** Rows that did not end as sent, by status. */
  readonly unsent: Readonly<Record<string, number>>;
  /** Sends for which there is no row, or no attempt. */
  readonly ghosts: number;
  /** Sends beyond the first of a row. */
  readonly repeatedSends: number;
  /** Those of them that no attempt of unknown outcome explains. */
  readonly unexplainedSends: number;
  readonly unhandledRejections: readonly string[];
}

const people = ["ada", "ben", "cleo"];

/** R14: all connections are killed again and again while some processes queue and one sends. */
export async function massacre(options: MassacreOptions): Promise<MassacreCounts> {
  const { database, enqueuers = 4 } = options;
  const { db, url, close } = await database.open();
  const { dialect } = database;
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const worker = openOffice(storage);
  await worker.furnish(people);
  const others = Array.from({ length: enqueuers }, () => connect(url));
  const unhandled = watchUnhandledRejections();
  try {
    await worker.callboard.start();
    const over = new AbortController();
    const queueing = others.map(({ db }, index) =>
      enqueue(openOffice(kyselyStorage({ db, dialect })), `enqueuer-${index}`, over.signal),
    );
    const deaths = await killAll(url, options);
    over.abort();
    const queued = await Promise.all(queueing);
    await until("everything is sent", worker.isIdle, { withinMs: 60_000 });
    await worker.callboard.stop();
    const { calls, repeats, untrue } = merged(queued);
    return {
      ...deaths,
      calls,
      faults: tally(repeats.flatMap((error) => (StorageError.is(error) ? [error.fault] : []))),
      strange: repeats.filter((error) => !StorageError.is(error)).map(String),
      untrue,
      ...(await compare(worker, storage.notifications, calls)),
      unhandledRejections: unhandled.seen,
    };
  } finally {
    unhandled.stop();
    await worker.callboard.stop();
    await Promise.all(others.map(({ db }) => db.destroy()));
    await close();
  }
}

async function killAll(url: string, { forMs, everyMs }: MassacreOptions) {
  const administrator = administrate(url);
  let [massacres, killed] = [0, 0];
  for (const endsAt = Date.now() + forMs; Date.now() < endsAt; massacres += 1) {
    await setTimeout(everyMs);
    killed += await administrator.killAll();
  }
  await administrator.close();
  return { massacres, killed };
}

interface Queued {
  readonly calls: number;
  readonly repeats: readonly unknown[];
  readonly untrue: readonly string[];
}

/** Queues under one key after the other; each call is repeated until it has succeeded. */
async function enqueue({ callboard }: Office, name: string, over: AbortSignal): Promise<Queued> {
  const repeats: unknown[] = [];
  const untrue: string[] = [];
  let calls = 0;
  for (; !over.aborted; calls += 1) {
    const idempotencyKey = `${name}-${calls}`;
    const call = () =>
      callboard.queueNotificationsToUsers({
        ...{ template: "order", context: { order: idempotencyKey }, userIds: people, idempotencyKey },
      });
    for (;;) {
      try {
        const { queued, skipped } = await call();
        const known = skipped.filter(({ reason }) => reason === "duplicate");
        if (queued.length + known.length !== people.length) untrue.push(idempotencyKey);
        break;
      } catch (error) {
        repeats.push(error);
        // As a host would, rather than to hammer a database that is away.
        await setTimeout(5);
      }
    }
  }
  return { calls, repeats, untrue };
}

function merged(all: readonly Queued[]): Queued {
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    repeats: all.flatMap(({ repeats }) => repeats),
    untrue: all.flatMap(({ untrue }) => untrue),
  };
}

async function compare(worker: Office, store: NotificationStore<never>, calls: number) {
  const rows = await worker.notifications();
  const attempts = await attemptsOf(store, rows);
  const sends = tally(worker.transport.sent.map(({ notificationId }) => notificationId));
  const known = new Set(attempts.map(({ id }) => id));
  const repeated = rows
    .map((row) => ({ row, times: (sends[row.id] ?? 0) - 1 }))
    .filter(({ times }) => times > 0);
  return {
    rowsTooMany: rows.length - calls * people.length,
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    ghosts: worker.transport.sent.filter(({ attemptId }) => !known.has(attemptId)).length,
    repeatedSends: repeated.reduce((sum, { times }) => sum + times, 0),
    // A worker that loses its lease to a dead connection leaves a send whose outcome nobody has stored.
    unexplainedSends: repeated.reduce(
      (sum, { row, times }) => sum + Math.max(0, times - row.crashes - row.uncertainties),
      0,
    ),
  };
}

async function attemptsOf(
  store: NotificationStore<never>,
  rows: readonly Notification[],
): Promise<readonly Attempt[]> {
  const found: Attempt[] = [];
  for (let start = 0; start < rows.length; start += 500) {
    found.push(...(await store.attemptsOf(rows.slice(start, start + 500).map(({ id }) => id))));
  }
  return found;
}

/** Keeps what nobody caught, from now on. */
export function watchUnhandledRejections() {
  const seen: string[] = [];
  const note = (reason: unknown) => void seen.push(String(reason));
  process.on("unhandledRejection", note);
  return { seen, stop: () => void process.off("unhandledRejection", note) };
}
