import { pgBossScheduler } from "@callboard/scheduler-pg-boss";
import { type OpenScheduler, openScheduler } from "@callboard/tests/crash/open-scheduler.ts";
import type pg from "pg";
import { PgBoss } from "pg-boss";
import type { Place } from "./places.ts";

/** The scheduler of a host, over the host's own clients. */
export async function openEngine(place: Place, pool: pg.Pool): Promise<OpenScheduler> {
  if (!place.notified) return openScheduler(place.queue, pool);
  const boss = await startBoss(place.database, "pgboss");
  return { scheduler: pgBossScheduler({ boss }), close: () => boss.stop({ graceful: false }) };
}

/** As a host starts it that wants no polling to be waited for. */
export async function startBoss(connectionString: string, schema: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, schema, useListenNotify: true, max: 4 });
  // What it cannot reach it asks again; a measurement that it fails is found at its end.
  boss.on("error", () => undefined);
  await boss.start();
  return boss;
}
