import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { newQueue, onPostgres } from "./postgres-stage.js";

onPostgres((stage) => {
  test.concurrent("a process that only queues on a pool has no timers, and ends by itself", async () => {
    const queue = newQueue();
    const timers = await runToItsEnd(
      queue,
      `await scheduler.every(recurringJob({ name: "minutely", cron: "* * * * *", timeZone: "UTC" }));
     await scheduler.wake(["alone"], new Date());
     const client = await pool.connect();
     await client.query("begin");
     await scheduler.wake(["within"], new Date(), { transaction: client });
     await client.query("commit");
     client.release();`,
    );
    expect(timers).toBe("0");
    const { rows } = await sql`select data from pgboss.job where name = ${queue} order by created_on`.execute(
      stage.db,
    );
    expect(rows).toEqual([{ data: { v: 1, ids: ["alone"] } }, { data: { v: 1, ids: ["within"] } }]);
  });

  test.concurrent("a process whose scheduler has stopped ends by itself", async () => {
    const timers = await runToItsEnd(
      newQueue(),
      `const rang = Promise.withResolvers();
     const logger = { debug() {}, info() {}, warn() {}, error() {} };
     await scheduler.every(recurringJob({ name: "secondly", cron: "* * * * * *", timeZone: "UTC" }));
     await scheduler.start({ clock: systemClock, logger, onWake: async () => {}, onTick: async () => rang.resolve() });
     await rang.promise;
     await scheduler.stop({ drainMs: 1_000 });`,
    );
    expect(timers).toBe("0");
  });

  /** Fails when the process does not end. @returns how many timers there are when all has been done. */
  async function runToItsEnd(queue: string, work: string): Promise<string> {
    const { stdout } = await program(`
    import pg from "pg";
    import { recurringJob, systemClock } from "@callboard/core/adapter";
    import { pgBossScheduler } from "@callboard/scheduler-pg-boss";
    const pool = new pg.Pool({ connectionString: ${JSON.stringify(stage.url)}, allowExitOnIdle: true });
    const scheduler = pgBossScheduler({ pool, queue: ${JSON.stringify(queue)} });
    ${work}
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    process.stdout.write(String(timers.length));`);
    return stdout;
  }

  function program(source: string) {
    return promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
      cwd: import.meta.dirname,
      timeout: 30_000,
    });
  }
});
