import { connect } from "../harness/databases.ts";
import type { Stopwatch } from "../harness/measure.ts";
import { newRows } from "../storage/new-rows.ts";
import { claimLabel, sendSome } from "../storage/send-some.ts";
import { type BenchStorage, storageOn, type TableSet } from "../storage/table-set.ts";
import type { Findings } from "./experiment.ts";

/** What the callers, workers and readers of a busy host do, and how long each of them waits for it. */
export interface Traffic {
  readonly storage: BenchStorage;
  /** What has been measured since this was last asked. Calls that are under way belong to it; it waits for their end. */
  taken(): Promise<TrafficTimes>;
}

export interface TrafficTimes {
  /** How long claims took in the worker's eyes: also waiting for a connection, and for the commit. In ms. */
  readonly claims: readonly number[];
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

export interface TrafficOptions {
  /** What people look at: the newest page, or notifications by their ids, which every version has an index for. */
  readonly reads: "page" | "details";
}

/** Ten times a second 20 are queued, up to 50 are claimed, started and recorded, and somebody reads: 50 calls a second. */
const tickMs = 100;
const perInsert = 20;

/**
 * Lets all of them call while `work` goes on. Calls start at their time, also while the ones before them still wait. In
 * the end nobody queues any more, what is left is sent, and what was queued is compared with what was sent.
 */
export async function withTraffic(
  { database, prefix }: TableSet,
  { reads }: TrafficOptions,
  work: (traffic: Traffic) => Promise<void>,
): Promise<TrafficCounts> {
  const times = newTimes();
  const calls = newCalls();
  const db = connect(database, ({ query: { sql }, queryDurationMillis: ms }) => times.statement({ sql, ms }));
  const storage = storageOn(database, db, prefix);
  const { queue, send, read, compared } = actors(storage, times.stopwatch);
  const timer = setInterval(() => {
    for (const call of [queue, send, read[reads]]) calls.begin(call());
  }, tickMs);
  const taken = async () => {
    await calls.ended();
    return times.taken();
  };
  try {
    await work({ storage, taken });
    clearInterval(timer);
    await calls.ended();
    while ((await send()) > 0);
    return { ...(await compared()), errors: calls.errors };
  } finally {
    clearInterval(timer);
    await calls.ended();
    await db.destroy();
  }
}

function actors({ notifications }: BenchStorage, stopwatch: Stopwatch) {
  const queued: string[] = [];
  const sent: string[] = [];
  return {
    async queue() {
      const { insertedIds } = await notifications.insertMany(newRows(perInsert).rows);
      queued.push(...insertedIds);
    },
    /** Returns how many there were. */
    async send() {
      const messages = await sendSome({ notifications }, stopwatch);
      sent.push(...messages.map(({ notificationId }) => notificationId));
      return messages.length;
    },
    read: {
      page: () => notifications.page({ limit: 50 }),
      async details() {
        const ids = queued.slice(-perInsert);
        return [await notifications.getMany(ids), await notifications.attemptsOf(ids)];
      },
    },
    compared: () => compare(notifications, queued, sent),
  };
}

function newTimes() {
  let [claims, statements]: [number[], TimedStatement[]] = [[], []];
  const stopwatch: Stopwatch = async (label, work) => {
    const start = performance.now();
    const result = await work();
    if (label === claimLabel) claims.push(performance.now() - start);
    return result;
  };
  return {
    stopwatch,
    statement(statement: TimedStatement) {
      statements.push(statement);
    },
    taken(): TrafficTimes {
      const taken = { claims, statements };
      [claims, statements] = [[], []];
      return taken;
    },
  };
}

/** Calls that nobody waits for, until all of them have ended. */
function newCalls() {
  const underWay = new Set<Promise<void>>();
  const errors: string[] = [];
  return {
    errors,
    begin(call: Promise<unknown>) {
      const guarded = call
        .catch((error) => errors.push(String(error)))
        .then(() => {
          underWay.delete(guarded);
        });
      underWay.add(guarded);
    },
    /** Of those that have begun so far. */
    async ended() {
      await Promise.all(underWay);
    },
  };
}

async function compare(
  notifications: BenchStorage["notifications"],
  queued: readonly string[],
  sent: readonly string[],
): Promise<Omit<TrafficCounts, "errors">> {
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
  const distinct = new Set(sent);
  const seen = new Set<string>();
  return {
    queued: queued.length,
    lost: queued.filter((id) => !distinct.has(id)),
    sentTwice: sent.filter((id) => seen.size === seen.add(id).size),
    withoutAttempt,
  };
}

/** Finds whatever went wrong with the traffic. */
export function expectAllSent(counts: TrafficCounts, findings: Findings): void {
  findings.figure("queued meanwhile", counts.queued, "rows");
  findings.none("live calls that failed", counts.errors, "calls");
  findings.none("not sent", counts.lost);
  findings.none("sent twice", counts.sentTwice);
  findings.none("sent without exactly one attempt", counts.withoutAttempt);
}
