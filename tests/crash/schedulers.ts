import { systemClock } from "@callboard/core/adapter";
import { absence } from "@callboard/test-databases";
import { recordingLogger } from "@callboard/testing";
import { sql } from "kysely";
import type { Pool } from "pg";
import { openScheduler, type SchedulerPlace } from "./open-scheduler.ts";
import { type OpenStore, openStore } from "./open-store.ts";
import { connectRedis, flushPrefix, keysBelow, redisUrl } from "./redis.ts";
import type { StoreName } from "./stores.ts";

export type SchedulerName = "in-process" | "BullMQ" | "pg-boss";

/** An engine that rings. */
export interface CrashScheduler {
  readonly name: SchedulerName;
  /** Why it cannot be used here; `null` when it can. */
  readonly absent: string | null;
  /** The stores whose notifications it can ring for. */
  readonly stores: readonly StoreName[];
  /** Makes an empty queue. @param database - Of the experiment; an engine may live in it. */
  readonly open: (database: string) => Promise<Queue>;
}

/** The queue of one experiment, seen from outside of the processes that use it. */
export interface Queue {
  /** For the processes that are to use it. */
  readonly place: SchedulerPlace;
  /** How many hints wait in it: those of a time to come, and those that nobody has taken yet. */
  waiting(): Promise<number>;
  /** Empties it at one stroke, under whoever uses it. */
  wipe(): Promise<void>;
  /** Leaves nothing of it. */
  close(): Promise<void>;
}

const redisAbsent = await absence("Redis", "Start one, and say where in CALLBOARD_REDIS_URL.", async () => {
  const connection = await connectRedis(redisUrl, { retryStrategy: () => null });
  await connection.quit();
});

export const schedulers: readonly CrashScheduler[] = [
  {
    name: "in-process",
    absent: null,
    stores: ["SQLite", "PostgreSQL", "MariaDB"],
    // Its queue is in the memory of each process.
    open: async () => ({
      place: { scheduler: "in-process" },
      waiting: async () => 0,
      wipe: async () => undefined,
      close: async () => undefined,
    }),
  },
  { name: "BullMQ", absent: redisAbsent, stores: ["SQLite", "PostgreSQL", "MariaDB"], open: openBullmq },
  { name: "pg-boss", absent: null, stores: ["PostgreSQL"], open: openPgBoss },
];

/** @throws {Error} It is not here. */
export function schedulerOf(name: SchedulerName): CrashScheduler {
  const scheduler = schedulers.find((one) => one.name === name);
  if (!scheduler || scheduler.absent !== null) throw new Error(`${name} is not here: ${scheduler?.absent}`);
  return scheduler;
}

async function openBullmq(): Promise<Queue> {
  const prefix = `{callboard-crash-${crypto.randomUUID()}}`;
  const connection = await connectRedis(redisUrl);
  return {
    place: { scheduler: "BullMQ", redisUrl, prefix },
    async waiting() {
      const keys = await keysBelow(connection, prefix);
      const counts = keys.map((key) => {
        if (key.endsWith(":wait")) return connection.llen(key);
        return key.endsWith(":delayed") ? connection.zcard(key) : 0;
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    wipe: async () => void (await flushPrefix(connection, prefix)),
    async close() {
      await flushPrefix(connection, prefix);
      await connection.quit();
    },
  };
}

/** It lives in the experiment's own database, and goes with it. */
async function openPgBoss(database: string): Promise<Queue> {
  const place = { scheduler: "pg-boss" } as const;
  // For each look a connection of its own: servers have few, and experiments are many.
  const look = async <Result>(work: (opened: OpenStore) => Promise<Result>) => {
    const opened = openStore(database, { connections: 1 });
    return work(opened).finally(opened.close);
  };
  await look(({ pool }) => makeTables(place, pool));
  return {
    place,
    waiting: () =>
      look(async ({ db }) => {
        const counted = sql<{ count: string }>`
          select count(*) from pgboss.job where state in ('created', 'retry')`;
        const { rows } = await counted.execute(db);
        return Number(rows[0]?.count);
      }),
    wipe: () => look(async ({ db }) => void (await sql`truncate pgboss.job`.execute(db))),
    close: async () => undefined,
  };
}

/** As a first deployment does: a process that only queues finds the engine's tables there. */
async function makeTables(place: SchedulerPlace, pool: Pool | null): Promise<void> {
  const { scheduler } = await openScheduler(place, pool);
  const ignore = async () => undefined;
  await scheduler.start({ onWake: ignore, onTick: ignore, clock: systemClock, logger: recordingLogger() });
  await scheduler.stop({ drainMs: 0 });
}
