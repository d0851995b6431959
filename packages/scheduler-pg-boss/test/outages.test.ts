import { setTimeout } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { expect, test } from "vitest";
import { tcpProxy } from "../../../tests/experiments/tcp-proxy.js";
import { until } from "../../../tests/experiments/until.js";
import { pgBossScheduler } from "../src/index.js";
import { hostPool, newQueue, onPostgres } from "./postgres-stage.js";
import { started } from "./started.js";

onPostgres((stage) => {
  test.concurrent("an outage is told of once, however often pg-boss asks", async () => {
    const proxy = await tcpProxy(stage.url);
    const pool = hostPool(proxy.url);
    const scheduler = pgBossScheduler({ pool, queue: newQueue() });
    const worker = await started(scheduler);
    const told = (level: string) => worker.logger.entries.filter((entry) => entry.level === level).length;
    await proxy.refuse();
    await until("it has asked a few times", () => told("debug") >= 3);
    expect(told("warn")).toBe(1);
    await proxy.accept();
    await until("it answers again", () => scheduler.wake(["again"], new Date()).then(() => true));
    await until("it rings again", () => worker.rings.flat().includes("again"));
    await proxy.refuse();
    await until("the next outage is told of", () => told("warn") === 2);
    await worker.stop();
    await pool.end();
    await proxy.close();
  });

  test.concurrent("errors of a boss to which the host does not listen end no process, and are told of", async () => {
    const proxy = await tcpProxy(stage.url);
    const boss = new PgBoss({ connectionString: proxy.url, max: 2 });
    await boss.start();
    const worker = await started(pgBossScheduler({ boss, queue: newQueue() }));
    await proxy.refuse();
    await until("it is told of", () => worker.logger.entries.some(({ level }) => level === "warn"));
    await proxy.accept();
    boss.on("error", () => "what comes after our own listener has gone");
    await worker.stop();
    await boss.stop({ graceful: false });
    await proxy.close();
  });

  test.concurrent("start() and stop() end when the database takes connections and says nothing", async () => {
    const proxy = await tcpProxy(stage.url);
    const pool = hostPool(proxy.url);
    const scheduler = pgBossScheduler({ pool, queue: newQueue() });
    proxy.silence();
    expect(await endsSoon(started(scheduler))).toBe(true);
    expect(await endsSoon(scheduler.stop({ drainMs: 100 }))).toBe(true);
    proxy.speak();
    const worker = await started(scheduler);
    proxy.silence();
    expect(await endsSoon(worker.stop())).toBe(true);
    // What that stop gave up on is still to end, and ends nothing of this run.
    const restarting = started(scheduler);
    proxy.speak();
    const restarted = await restarting;
    for (const id of ["first", "second", "third"]) {
      await scheduler.wake([id], new Date());
      await until("it rings", () => restarted.rings.flat().includes(id));
    }
    await restarted.stop();
    await pool.end();
    await proxy.close();
  });

  test.concurrent("a boss that the host starts later rings from then on", async () => {
    const boss = new PgBoss({ connectionString: stage.url, max: 2 });
    boss.on("error", () => "none is expected");
    const scheduler = pgBossScheduler({ boss, queue: newQueue() });
    const worker = await started(scheduler);
    await expect(scheduler.wake(["early"], new Date())).rejects.toThrow();
    await boss.start();
    await scheduler.wake(["late"], new Date());
    await until("it rings", () => worker.rings.flat().includes("late"));
    await worker.stop();
    await boss.stop({ graceful: false });
  });

  function endsSoon(work: Promise<unknown>): Promise<boolean> {
    return Promise.race([work.then(() => true), setTimeout(15_000, false)]);
  }
});
