import { Queue } from "bullmq";
import { expect } from "vitest";
import { until } from "../../../tests/experiments/until.js";
import { bullmqScheduler } from "../src/index.js";
import { connect, connected, newPrefix, RingingScheduler, redisTest, withScheduler } from "./redis-stage.js";

redisTest("10,000 wake-ups that have been rung for leave a handful of keys", async ({ url }) => {
  const connection = await connected(url);
  await withScheduler(connection, async (ringing) => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `row-${index}`);
    for (let start = 0; start < 9_000; start += 1_000)
      await ringing.scheduler.wake(ids.slice(start, start + 1_000), new Date());
    await Promise.all(ids.slice(9_000).map((id) => ringing.scheduler.wake([id], new Date())));
    await until("all are rung for", () => ringing.ids.length === 10_000);
    await until("little is left", async () => (await connection.dbsize()) <= 6);
    expect(new Set(ringing.ids)).toEqual(new Set(ids));
    const [events] = await connection.keys("*:events");
    expect(await connection.xlen(events ?? "")).toBeLessThan(400);
  });
});

redisTest("a thousand calls of one row each make few jobs", async ({ url }) => {
  const connection = await connected(url);
  const prefix = newPrefix();
  const { scheduler } = new RingingScheduler(bullmqScheduler({ connection, prefix }));
  const ids = Array.from({ length: 1_000 }, (_, index) => `row-${index}`);
  await Promise.all(ids.map((id) => scheduler.wake([id], new Date())));
  const queue = new Queue("wake-ups", { connection, prefix });
  expect(await queue.getWaitingCount()).toBeLessThan(20);
  connection.disconnect();
});

redisTest("hints that cannot be read ring without ids, and none of them fails or stays", async ({ url }) => {
  const connection = await connected(url);
  const prefix = newPrefix();
  const queue = new Queue("wake-ups", { connection, prefix });
  const hints = [null, 7, [], { v: 0, id: "old" }, { v: 2, ids: ["new"] }, { v: 1 }, { v: 1, ids: [1] }];
  for (const hint of hints) await queue.add("foreign", hint);
  const unreadable = await queue.add("unreadable", {});
  await connection.hset(queue.toKey(unreadable.id ?? ""), "data", "{not JSON");
  await withScheduler(
    connection,
    async (ringing) => {
      await until("each has rung", () => ringing.nameless === hints.length + 1);
      await until("none is left", async () =>
        Object.values(await queue.getJobCounts()).every((n) => n === 0),
      );
      expect(ringing.ids).toEqual([]);
      await ringing.rings();
      expect(ringing.log).toEqual([]);
    },
    { prefix },
  );
});

redisTest("keys that vanish one by one hold up neither rings nor slots for long", async ({ url }) => {
  const connection = await connected(url);
  await withScheduler(connection, async (ringing) => {
    await ringing.every({ name: "ticks", cron: "* * * * * *", timeZone: "UTC" });
    await until("a slot is rung for", () => ringing.ticks.length > 0);
    for (let round = 0; round < 20; round += 1) {
      const at = new Date(Date.now() + 50);
      await Promise.all(["a", "b", "c"].map((id) => ringing.scheduler.wake([id], at)));
      const key = await connection.randomkey();
      if (key !== null) await connection.del(key);
      await ringing.rings();
    }
    const before = ringing.ticks.length;
    await until("slots are rung for", () => ringing.ticks.length > before + 2);
    expect(ringing.log.filter((line) => !line.includes("Redis"))).toEqual([]);
  });
});

redisTest(
  "wake() and ping() wait for a connection that is being made, and make one that is lazy",
  async ({ url }) => {
    const [beginning, lazy] = [connect(url), connect(url, { lazyConnect: true })];
    for (const connection of [beginning, lazy]) {
      const ringing = new RingingScheduler(bullmqScheduler({ connection }));
      await Promise.all([ringing.scheduler.wake(["x"], new Date()), ringing.scheduler.ping()]);
      connection.disconnect();
    }
  },
);

redisTest("wake() and ping() reject at once when the connection has ended", async ({ url }) => {
  const connection = await connected(url);
  const scheduler = bullmqScheduler({ connection });
  await scheduler.wake(["x"], new Date());
  connection.disconnect();
  await expect(scheduler.wake(["x"], new Date())).rejects.toThrow("Redis cannot be reached");
  await expect(scheduler.ping()).rejects.toThrow("Redis cannot be reached");
});

redisTest(
  "what is under way when the connection breaks rejects, and the memory for it is bounded",
  async (server) => {
    const connection = await connected(server.url);
    const { scheduler } = new RingingScheduler(bullmqScheduler({ connection }));
    await scheduler.ping();
    await server.command("client", "pause", 60_000);
    const ids = Array.from({ length: 1_000 }, (_, index) => `row-${index}`);
    const rings = Array.from({ length: 101 }, () => scheduler.wake(ids, new Date()));
    const settled = Promise.allSettled(rings);
    await expect(rings.at(-1)).rejects.toThrow("Redis is slow: 100000 wake-ups wait for its answer.");
    await server.kill();
    const reasons = (await settled).map((result) => result.status === "rejected" && result.reason.message);
    expect(new Set(reasons.slice(0, 100))).toEqual(
      new Set(["Redis cannot be reached: the connection broke."]),
    );
    connection.disconnect();
  },
);
