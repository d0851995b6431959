import { setTimeout as wait } from "node:timers/promises";
import { type Clock, systemClock } from "@callboard/core/adapter";
import { expect, vi } from "vitest";
import { tcpProxy } from "../../../tests/experiments/tcp-proxy.js";
import { until } from "../../../tests/experiments/until.js";
import {
  connect,
  connected,
  expectOneOutage,
  outage,
  type RingingScheduler,
  recovery,
  redisTest,
  withScheduler,
} from "./redis-stage.js";

vi.setConfig({ maxConcurrency: 30 });

const everySecond = { cron: "* * * * * *", timeZone: "UTC" };

redisTest(
  "start() while Redis is down resolves; it rings when Redis comes",
  async (server) => {
    await withScheduler(connect(server.url), async (ringing) => {
      await ringing.every({ name: "ticks", ...everySecond });
      await until("it noticed", () => ringing.log.length > 0);
      await expect(ringing.scheduler.ping()).rejects.toThrow("Redis cannot be reached");
      await server.start();
      await ringing.rings();
      await until("a slot is rung for", () => ringing.ticks.length > 0);
      await until("the end of the outage is told", () => ringing.log.includes(recovery));
      expectOneOutage(ringing);
      await ringing.scheduler.ping();
    });
  },
  { isUp: false },
);

redisTest("a Redis that is killed and comes back empty, again and again, is rung through", async (server) => {
  await withScheduler(await connected(server.url), async (ringing) => {
    await ringing.every({ name: "ticks", ...everySecond });
    for (let round = 1; round <= 3; round += 1) {
      await ringing.rings();
      const before = ringing.ticks.length;
      await until("a slot is rung for", () => ringing.ticks.length > before);
      await server.kill();
      await until("it noticed", () => ringing.log.length === round * 2 - 1);
      await server.start();
      await until("the end of the outage is told", () => ringing.log.length === round * 2);
    }
    await ringing.rings();
    expect(new Set(ringing.log)).toEqual(new Set([outage, recovery]));
  });
});

redisTest(
  "a Redis that has gone from behind a proxy, which closes without a word, is told once",
  async (server) => {
    const proxy = await tcpProxy(server.url);
    await withScheduler(await connected(proxy.url), async (ringing) => {
      await ringing.rings();
      await server.kill();
      await until("it noticed", () => ringing.log.length > 0);
      await server.start();
      await ringing.rings();
      await until("the end of the outage is told", () => ringing.log.includes(recovery));
      expectOneOutage(ringing);
    });
    await proxy.close();
  },
);

redisTest("FLUSHALL costs no restart and is no outage", async (server) => {
  await withScheduler(await connected(server.url), async (ringing) => {
    await ringing.every({ name: "ticks", ...everySecond });
    await until("a slot is rung for", () => ringing.ticks.length > 0);
    await server.command("flushall");
    const before = ringing.ticks.length;
    await ringing.rings();
    await until("slots are rung for again", () => ringing.ticks.length > before + 1);
    expect(ringing.log).toEqual([]);
  });
});

redisTest(
  "a wrong password is told once; it rings when the password is right",
  async (server) => {
    const { port } = new URL(server.url);
    await withScheduler(connect(`redis://:wrong@127.0.0.1:${port}`), async (ringing) => {
      await until("it noticed", () => ringing.log.length > 0);
      await expect(ringing.scheduler.wake(["x"], new Date())).rejects.toThrow();
      await server.command("config", "set", "requirepass", "wrong");
      await ringing.rings();
      await until("the end of the outage is told", () => ringing.log.includes(recovery));
      expectOneOutage(ringing);
    });
  },
  { settings: { requirepass: "right" } },
);

redisTest("a Redis that may not be written to is told once; it rings when it may be", async (server) => {
  // Looks at Redis more often than a worker asks, so that the end of the outage is always noticed in between.
  const setTimer: Clock["setTimer"] = (task, ms) => systemClock.setTimer(task, ms === 2_000 ? 100 : ms);
  const clock = { ...systemClock, setTimer };
  await withScheduler(
    await connected(server.url),
    async (ringing) => {
      await ringing.rings();
      await fill(ringing);
      await server.command("replicaof", "127.0.0.1", "1");
      await expect(ringing.scheduler.wake(["x"], new Date())).rejects.toThrow("READONLY");
      await expect(ringing.scheduler.ping()).rejects.toThrow("READONLY");
      await until("it noticed", () => ringing.log.length > 0);
      const { commands: before } = await statistics(server);
      await wait(1_000);
      // BullMQ left to itself asks 10,000 times in a second.
      expect((await statistics(server)).commands - before).toBeLessThan(200);
      await server.command("replicaof", "no", "one");
      await ringing.rings();
      await until("the end of the outage is told", () => ringing.log.includes(recovery));
      // Longer than a worker pauses after an error: the last one it had is old news by then.
      await wait(1_500);
      expectOneOutage(ringing);
    },
    { clock },
  );
});

redisTest(
  "a Redis that is full is told once, and its ping() rejects; it rings when it is not",
  async (server) => {
    await withScheduler(await connected(server.url), async (ringing) => {
      await ringing.rings();
      await server.command("config", "set", "maxmemory", "1");
      await expect(ringing.scheduler.wake(["x"], new Date())).rejects.toThrow("OOM");
      await expect(ringing.scheduler.ping()).rejects.toThrow("OOM");
      await until("it noticed", () => ringing.log.length > 0);
      await server.command("config", "set", "maxmemory", "0");
      await ringing.rings();
      await until("the end of the outage is told", () => ringing.log.includes(recovery));
      expectOneOutage(ringing);
    });
  },
);

redisTest(
  "a user of Redis who may do too little is told once; it rings when he may do enough",
  async (server) => {
    const { port } = new URL(server.url);
    await server.command("acl", "setuser", "app", "on", ">word", "~{app}*", "+@all", "-info");
    await withScheduler(
      connect(`redis://app:word@127.0.0.1:${port}`),
      async (ringing) => {
        await until("it noticed", () => ringing.log.length > 0);
        await server.command("acl", "setuser", "app", "+info");
        await ringing.rings();
        await until("the end of the outage is told", () => ringing.log.includes(recovery));
        expectOneOutage(ringing);
      },
      { prefix: "{app}" },
    );
  },
);

redisTest(
  "a Redis that may evict keys is warned of at start",
  async (server) => {
    const told = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await withScheduler(await connected(server.url), async (ringing) => {
      await ringing.rings();
      await until("it warned", () => ringing.log.length > 0);
      expect(ringing.logger.entries).toEqual([
        {
          level: "warn",
          fields: { policy: "allkeys-lru" },
          message:
            "Redis may evict wake-ups and counts of sends when it is full. Run: CONFIG SET maxmemory-policy noeviction",
        },
      ]);
    });
    told.mockRestore();
  },
  { settings: { "maxmemory-policy": "allkeys-lru" } },
);

redisTest(
  "stop() on a silent link ends within its bound, and start() rings again when it speaks",
  async (server) => {
    const proxy = await tcpProxy(server.url);
    const connection = await connected(proxy.url);
    await withScheduler(connection, async (ringing) => {
      await ringing.rings();
      proxy.silence();
      await ringing.scheduler.stop({ drainMs: 0 });
      proxy.speak();
      await ringing.start();
      await ringing.rings();
      expect(ringing.log).toEqual([]);
    });
    await proxy.close();
  },
);

/** So many hints that the worker does not get to wait for one. */
async function fill({ scheduler }: RingingScheduler): Promise<void> {
  const ids = Array.from({ length: 1_000 }, (_, index) => `hint-${index}`);
  const rings = Array.from({ length: 50 }, () => scheduler.wake(ids, new Date()));
  await Promise.all(rings.slice(0, 5));
  for (const ring of rings) ring.catch(() => "Redis may not be written to any more");
}

async function statistics(server: { command(...words: string[]): Promise<unknown> }) {
  const stats = String(await server.command("info", "stats"));
  return { commands: Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]) };
}
