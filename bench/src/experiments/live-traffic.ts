import { connect } from "../harness/databases.ts";
import type { Stopwatch } from "../harness/measure.ts";
import { newRows } from "../storage/new-rows.ts";
import { claimLabel, sendSome } from "../storage/send-some.ts";
import { type BenchStorage, storageOn, type TableSet } from "../storage/table-set.ts";

/** What callers and workers of a busy host do, ten times a second, and how long each of them waits for it. */
export interface Traffic {
  readonly storage: BenchStorage;
  /** What has been measured since this was last asked. */
  taken(): TrafficTimes;
  /** Queues no more, waits for what is under way, sends what is left, and compares. */
  finish(): Promise<TrafficCounts>;
}

export interface TrafficTimes {
  /** In the caller's eyes: also waiting for a connection, and for the commit. In ms, by what was called. */
  readonly calls: ReadonlyMap<string, readonly number[]>;
  /** Without those of pages, whose time is that of the table's size where no index leads to them. */
  readonly statements: readonly TimedStatement[];
}

export interface TimedStatement {
  readonly sql: string;
  readonly ms: number;
}

export interface TrafficCounts {
  readonly queued: number;
  /** Queued, but never sent. */
  readonly lost: readonly string[];
  readonly sentTwice: readonly string[];
  /** Sent, without the one attempt that says so. */
  readonly withoutAttempt: readonly string[];
  readonly errors: readonly string[];
}

const tickMs = 100;
const perInsert = 20;

/** Begins at once. Calls start at their time, also while the ones before them still wait. */
export function startTraffic({ database, prefix }: TableSet): Traffic {
  let statements: TimedStatement[] = [];
  let calls = new Map<string, number[]>();
  const db = connect(database, ({ query, queryDurationMillis: ms }) => {
    statements.push({ sql: query.sql, ms });
  });
  const storage = storageOn(database, db, prefix);
  const readers = connect(database);
  const { notifications: read } = storageOn(database, readers, prefix);
  const [queued, sent, errors] = [[] as string[], [] as string[], [] as string[]];
  const underWay = new Set<Promise<void>>();
  const time: Stopwatch = async (label, work) => {
    const start = performance.now();
    const result = await work();
    calls.set(label, [...(calls.get(label) ?? []), performance.now() - start]);
    return result;
  };
  const begin = (work: Promise<unknown>) => {
    const guarded = work.then(
      () => undefined,
      (error) => void errors.push(String(error)),
    );
    underWay.add(guarded);
    guarded.finally(() => underWay.delete(guarded));
  };
  const queue = async () => {
    const { rows } = newRows(perInsert);
    const { insertedIds } = await time(`insert ${perInsert}`, () => storage.notifications.insertMany(rows));
    queued.push(...insertedIds);
  };
  const send = async () => {
    const messages = await sendSome(storage, time);
    sent.push(...messages.map(({ notificationId }) => notificationId));
    return messages.length;
  };
  let ticks = 0;
  const timer = setInterval(() => {
    begin(queue());
    begin(send());
    if (ticks % ticksPerPage === 0) begin(time(pageLabel, () => read.page({ limit: 50 })));
    ticks += 1;
  }, tickMs);
  return {
    storage,
    taken() {
      const taken = { calls, statements };
      [calls, statements] = [new Map(), []];
      return taken;
    },
    async finish() {
      clearInterval(timer);
      while (underWay.size > 0) await Promise.all(underWay);
      while ((await send()) > 0);
      const counts = { queued: queued.length, errors, ...(await compare(storage, queued, sent)) };
      await Promise.all([db.destroy(), readers.destroy()]);
      return counts;
    },
  };
}

/** What the readers' calls are measured as. */
export const pageLabel = "page";

/** People look less often than workers do. */
const ticksPerPage = 10;

async function compare(
  { notifications }: BenchStorage,
  queued: readonly string[],
  sent: readonly string[],
): Promise<Pick<TrafficCounts, "lost" | "sentTwice" | "withoutAttempt">> {
  const distinct = new Set(sent);
  const withoutAttempt: string[] = [];
  for (let start = 0; start < queued.length; start += 500) {
    const some = queued.slice(start, start + 500);
    const attempts = Map.groupBy(await notifications.attemptsOf(some), (attempt) => attempt.notificationId);
    const isProven = (id: string) => {
      const [first, ...others] = attempts.get(id) ?? [];
      return first?.outcome === "accepted" && others.length === 0;
    };
    withoutAttempt.push(...some.filter((id) => !isProven(id)));
  }
  const seen = new Set<string>();
  return {
    lost: queued.filter((id) => !distinct.has(id)),
    sentTwice: sent.filter((id) => seen.size === seen.add(id).size),
    withoutAttempt,
  };
}

/** How long claims took, in ms. */
export function claimTimes({ calls }: TrafficTimes): readonly number[] {
  return calls.get(claimLabel) ?? [];
}
