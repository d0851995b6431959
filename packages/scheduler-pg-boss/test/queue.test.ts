import { sql } from "kysely";
import { expect, test } from "vitest";
import { until } from "../../../tests/experiments/until.js";
import { pgBossScheduler } from "../src/index.js";
import { hostPool, newQueue, onPostgres, startedBoss } from "./postgres-stage.js";
import { started } from "./started.js";

onPostgres((stage) => {
  const range = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

  test.concurrent("ten thousand ids are a hundred rows, shared by all who ring, and none is left", async () => {
    const queue = newQueue();
    const workers = await Promise.all(
      range(4).map(() => started(pgBossScheduler({ pool: stage.pool, queue }))),
    );
    const ids = range(10_000);
    const asking = pgBossScheduler({ pool: stage.pool, queue });
    await asking.wake(["known"], new Date());
    await stage.db.transaction().execute(async (transaction) => {
      for (let asked = 0; asked < ids.length; asked += 1_000) {
        await asking.wake(ids.slice(asked, asked + 1_000), new Date(), { transaction });
      }
      const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pgboss.job
      where name = ${queue} and data->'ids' <> '["known"]'`.execute(transaction);
      expect(rows).toEqual([{ count: 100 }]);
    });
    await until(
      "all ids are rung for",
      () => workers.flatMap(({ rings }) => rings.flat()).length > ids.length,
    );
    expect(new Set(workers.flatMap(({ rings }) => rings.flat()))).toEqual(new Set(["known", ...ids]));
    expect(workers.filter(({ rings }) => rings.length > 0).length).toBeGreaterThan(1);
    await until("no row is left", async () => (await rowsOf(queue)) === 0);
    await Promise.all(workers.map(({ stop }) => stop()));
  });

  test.concurrent("wake-ups of one id each do not wait for a poll each", async () => {
    const queue = newQueue();
    const own = hostPool(stage.url, 4);
    const scheduler = pgBossScheduler({ pool: own, queue });
    const worker = await started(scheduler);
    await Promise.all(range(600).map((id) => scheduler.wake([id], new Date())));
    await until("all ids are rung for", () => worker.rings.flat().length >= 600, { withinMs: 7_000 });
    await worker.stop();
    await own.end();
  });

  test.concurrent("what no version of us wrote rings without ids, and is deleted", async () => {
    const queue = newQueue();
    const worker = await started(pgBossScheduler({ pool: stage.pool, queue }));
    const strange = [
      "null",
      "7",
      '"x"',
      "[]",
      '{"v":2,"ids":["new"]}',
      '{"v":1,"ids":[1]}',
      '{"v":1,"job":"x","slot":1e300}',
    ];
    for (const data of strange) {
      await sql`insert into pgboss.job (name, data) values (${queue}, ${data}::jsonb)`.execute(stage.db);
    }
    await until("no row is left", async () => (await rowsOf(queue)) === 0);
    expect(worker.rings.length).toBeGreaterThan(0);
    expect(worker.rings.flat()).toEqual([]);
    expect(worker.ticks).toEqual([]);
    expect(worker.logger.entries).toEqual([]);
    await worker.stop();
  });

  test.concurrent("a queue that was deleted is made again by the next wake-up", async () => {
    const queue = newQueue();
    const scheduler = pgBossScheduler({ pool: stage.pool, queue });
    const worker = await started(scheduler);
    await sql`select pgboss.delete_queue(${queue})`.execute(stage.db);
    await scheduler.wake(["again"], new Date());
    await until("it rings", () => worker.rings.flat().includes("again"));
    await worker.stop();
  });

  test.concurrent("nothing of ours outlives what it is worth: pg-boss deletes it within minutes", async () => {
    const queue = newQueue();
    const scheduler = pgBossScheduler({ pool: stage.pool, queue });
    await scheduler.wake(["now"], new Date());
    await scheduler.wake(["in a year"], new Date(Date.now() + 31_536_000_000));
    const { rows } = await sql<{ kept: number; retries: number; expires: number; dead: string | null }>`
    select extract(epoch from keep_until - start_after)::int as kept, retry_limit as retries,
      expire_seconds as expires, dead_letter as dead
    from pgboss.job where name = ${queue}`.execute(stage.db);
    const expected = { kept: 300, retries: 1, expires: 60, dead: null };
    expect(rows).toEqual([expected, expected]);
  });

  test.concurrent("with a boss that listens, wake-ups ring at once in another process", async () => {
    const queue = newQueue();
    const boss = await startedBoss(stage.url, { useListenNotify: true });
    const worker = await started(pgBossScheduler({ boss, queue }));
    const asking = pgBossScheduler({ pool: stage.pool, queue });
    for (const id of range(20)) {
      await asking.wake([id], new Date());
      await until("it rings", () => worker.rings.flat().includes(id));
    }
    await worker.stop();
    await boss.stop({ graceful: false });
  });

  async function rowsOf(queue: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job where name = ${queue}`.execute(stage.db);
    return rows[0]?.count ?? 0;
  }
});
