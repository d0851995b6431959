import type { Scheduler } from "@callboard/core/adapter";
import type { Pool } from "pg";
import type { CrashTransaction } from "./open-store.ts";

/** Where the queue of an experiment is, as every process of it is told. */
export type SchedulerPlace =
  | { readonly scheduler: "in-process" | "pg-boss" }
  | { readonly scheduler: "BullMQ"; readonly redisUrl: string; readonly prefix: string };

/** A scheduler over the clients of a host. */
export interface OpenScheduler {
  readonly scheduler: Scheduler<CrashTransaction>;
  /** Closes what the host had opened for it; the database's connections are the store's. Harmless twice. */
  close(): Promise<void>;
}

/**
 * What a process of an experiment hands to its Callboard. Only that engine is loaded: hundreds of processes start.
 * @param pool - Of the host's PostgreSQL, for an engine that lives in it.
 * @throws {Error} An engine in PostgreSQL is asked for, and there is no pool.
 */
export async function openScheduler(place: SchedulerPlace, pool: Pool | null): Promise<OpenScheduler> {
  switch (place.scheduler) {
    case "in-process": {
      const { inProcessScheduler } = await import("@callboard/scheduler-in-process");
      return { scheduler: inProcessScheduler(), close: async () => undefined };
    }
    case "BullMQ": {
      const { bullmqScheduler } = await import("@callboard/scheduler-bullmq");
      const { connectRedis } = await import("./redis.ts");
      const connection = await connectRedis(place.redisUrl);
      const scheduler = bullmqScheduler({ connection, prefix: place.prefix });
      return { scheduler, close: async () => connection.disconnect() };
    }
    case "pg-boss": {
      if (!pool) throw new Error("pg-boss lives in PostgreSQL, and the store is another database.");
      const { pgBossScheduler } = await import("@callboard/scheduler-pg-boss");
      return { scheduler: pgBossScheduler({ pool }), close: async () => undefined };
    }
  }
}
