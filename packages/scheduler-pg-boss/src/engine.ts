import type { Logger } from "@callboard/core/adapter";
import { PgBoss } from "pg-boss";
import { executorOfPg } from "./executor-of.js";
import type { PgBossLike, PgQueryable, SqlExecutor } from "./slivers.js";

/** A boss, and what it takes to begin and to end with it. */
export interface Engine {
  readonly boss: PgBossLike;
  /** Rejects while the database is down; may be called again. */
  start(logger: Logger): Promise<void>;
  stop(): Promise<void>;
}

/** The host's own: we neither start nor stop it. */
export function hostEngine(boss: PgBossLike): Engine {
  let listener: ((err: Error) => void) | null = null;
  return {
    boss,
    async start(logger) {
      if (listener) return;
      // An error that nobody listens for ends the process. Where the host listens, it is the host's.
      listener = (err) =>
        logger[boss.listenerCount("error") > 1 ? "debug" : "warn"]({ err }, "pg-boss reports an error");
      boss.on("error", listener);
    },
    async stop() {
      if (listener) boss.off("error", listener);
      listener = null;
    },
  };
}

/** One of our own, on the host's pool: what it does before `start` it does with the pool's connections alone. */
export function ownEngine(pool: PgQueryable, schema: string): Engine {
  const outage = new Outage();
  const boss = new PgBoss({
    db: outage.watching(executorOfPg(pool)),
    schema,
    // Slots are put into the queue by core's reading of cron, and there are no flows.
    schedule: false,
    flowIntervalSeconds: 3_600,
    // Deletes what nobody took, which otherwise waits for a day.
    maintenanceIntervalSeconds: 300,
  });
  boss.on("error", (err) => outage.tell(err));
  return {
    boss: boss as PgBossLike,
    async start(logger) {
      outage.logger = logger;
      await boss.start();
    },
    // What still runs was stopped before.
    stop: () => boss.stop({ graceful: false }),
  };
}

/** Tells of an outage once. */
class Outage {
  logger: Logger | null = null;
  #isDown = false;

  watching(executor: SqlExecutor) {
    return {
      executeSql: async (text: string, values?: unknown[]) => {
        const result = await executor.executeSql(text, values);
        this.#isDown = false;
        return result;
      },
    };
  }

  tell(err: Error): void {
    this.logger?.[this.#isDown ? "debug" : "warn"]({ err }, "pg-boss reports an error");
    this.#isDown = true;
  }
}
