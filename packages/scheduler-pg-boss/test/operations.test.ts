import { recurringJob } from "@callboard/core/adapter";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { until } from "../../../tests/experiments/until.js";
import { pgBossScheduler } from "../src/index.js";
import { hostPool, newQueue, onPostgres } from "./postgres-stage.js";
import { started } from "./started.js";

onPostgres((stage) => {
  test("a role that may change no schema rings, and one that may only insert queues", async () => {
    const queue = newQueue();
    await withRole("grant select, insert, update, delete on all tables in schema pgboss", async (ringing) => {
      const worker = await started(pgBossScheduler({ pool: ringing, queue }));
      await withRole("grant select on pgboss.queue", async (queueing, role) => {
        await sql`grant insert, select (id, start_after) on pgboss.job_common to ${sql.id(role)}`.execute(
          stage.db,
        );
        const asking = pgBossScheduler({ pool: queueing, queue });
        await asking.wake(["alone"], new Date());
        const client = await queueing.connect();
        await client.query("begin");
        await asking.wake(["within"], new Date(), { transaction: client });
        await client.query("commit");
        client.release();
        await until("both ring", () => worker.rings.flat().length === 2);
      });
      await worker.stop();
      expect(worker.logger.entries).toEqual([]);
    });
  });

  test("ping() rejects where PostgreSQL takes no writes", async () => {
    const pool = hostPool(`${stage.url}?options=-c%20default_transaction_read_only%3Don`);
    await expect(pgBossScheduler({ pool }).ping()).rejects.toThrow(/takes no writes/);
    await pool.end();
  });

  test("rings and slots go on when the job table is truncated", async () => {
    const scheduler = pgBossScheduler({ pool: stage.pool, queue: newQueue() });
    const worker = await started(scheduler);
    await scheduler.every(recurringJob({ name: "secondly", cron: "* * * * * *", timeZone: "UTC" }));
    await until("a slot rings", () => worker.ticks.length > 0);
    await sql`truncate pgboss.job`.execute(stage.db);
    const seen = worker.ticks.length;
    await scheduler.wake(["afterwards"], new Date());
    await until("a wake-up rings", () => worker.rings.flat().includes("afterwards"));
    await until("slots ring", () => worker.ticks.length >= seen + 3);
    await worker.stop();
  });

  /** Runs `work` as a role that has the schema's use, and no more than this. */
  async function withRole(
    grant: string,
    work: (pool: ReturnType<typeof hostPool>, role: string) => Promise<void>,
  ): Promise<void> {
    const role = `callboard_test_${crypto.randomUUID().slice(0, 8)}`;
    const id = sql.id(role);
    await sql`create role ${id} login`.execute(stage.db);
    await sql`grant usage on schema pgboss to ${id}`.execute(stage.db);
    await sql`${sql.raw(grant)} to ${id}`.execute(stage.db);
    const url = new URL(stage.url);
    url.username = role;
    const pool = hostPool(url.href);
    try {
      await work(pool, role);
    } finally {
      await pool.end();
      await sql`drop owned by ${id}`.execute(stage.db);
      await sql`drop role ${id}`.execute(stage.db);
    }
  }
});
