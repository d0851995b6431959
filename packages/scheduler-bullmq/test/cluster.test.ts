import { once } from "node:events";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import { expect } from "vitest";
import type { RedisServer } from "../../../tests/experiments/redis-server.js";
import { until } from "../../../tests/experiments/until.js";
import { bullmqScheduler } from "../src/index.js";
import { outage, RingingScheduler, recovery, redisTest } from "./redis-stage.js";

const nodes = `callboard-test-${crypto.randomUUID()}.conf`;

redisTest(
  "a cluster rings, counts sends, is told of once while it is gone, and is left in good order",
  async (server) => {
    try {
      await inCluster(server);
    } finally {
      await rm(join(tmpdir(), nodes), { force: true });
    }
  },
  {
    settings: {
      "cluster-enabled": "yes",
      "cluster-config-file": nodes,
      // A node that is alone does not find out its own address.
      "cluster-announce-ip": "127.0.0.1",
    },
  },
);

async function inCluster(server: RedisServer): Promise<void> {
  await server.command("cluster", "addslotsrange", 0, 16_383);
  await until("it is ready", async () =>
    String(await server.command("cluster", "info")).includes("cluster_state:ok"),
  );
  const connection = new Cluster([server.url]);
  connection.on("error", () => undefined);
  await once(connection, "ready");
  const ringing = await new RingingScheduler(bullmqScheduler({ connection })).start();
  await ringing.every({ name: "ticks", cron: "* * * * * *", timeZone: "UTC" });
  await ringing.rings();
  await until("a slot is rung for", () => ringing.ticks.length > 0);
  await ringing.scheduler.ping();
  const limiter = ringing.scheduler.capabilities.sharedPacing?.({ keyPrefix: "s", points: 2, duration: 60 });
  await limiter?.consume("sender", 2);
  expect(await limiter?.get("sender")).toMatchObject({ consumedPoints: 2 });
  await expect(limiter?.consume("sender", 1)).rejects.toMatchObject({ consumedPoints: 3 });

  await server.kill();
  await until("it noticed", () => ringing.log.length > 0);
  await until("wake() rejects", () =>
    ringing.scheduler.wake(["x"], new Date()).then(
      () => false,
      () => true,
    ),
  );
  await server.start();
  await until("it is ready", async () =>
    String(await server.command("cluster", "info")).includes("cluster_state:ok"),
  );
  await ringing.rings();
  const before = ringing.ticks.length;
  await until("a slot is rung for again", () => ringing.ticks.length > before);
  await until("the end of the outage is told", () => ringing.log.includes(recovery));
  expect(ringing.log).toEqual([outage, recovery]);
  await ringing.scheduler.stop({ drainMs: 0 });
  connection.disconnect();
}
