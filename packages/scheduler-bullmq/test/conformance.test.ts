import { runnerOf, schedulerConformance } from "@callboard/testing/conformance";
import { Queue } from "bullmq";
import { afterAll, beforeAll, test, vi } from "vitest";
import {
  openRedisServer,
  type RedisServer,
  redisServerAbsent,
} from "../../../tests/experiments/redis-server.js";
import { tcpProxy } from "../../../tests/experiments/tcp-proxy.js";
import { bullmqScheduler } from "../src/index.js";
import { connected, newPrefix, realTime } from "./redis-stage.js";

/** As old versions, later ones and strangers may leave in the queue. */
const foreignHints = [null, 7, "x", [], {}, { v: 0, id: "old" }, { v: 2, ids: ["new"] }, { v: 1, ids: [1] }];

if (redisServerAbsent === null) conforms();
else test.skip(`conforms, left out because ${redisServerAbsent}`, () => undefined);

function conforms(): void {
  vi.setConfig({ maxConcurrency: 15 });
  let server: RedisServer;
  beforeAll(async () => {
    server = await openRedisServer();
  });
  afterAll(() => server.close());

  schedulerConformance(runnerOf(test.concurrent), {
    open: async () => {
      const proxy = await tcpProxy(server.url);
      const [admin, connection] = await Promise.all([connected(server.url), connected(proxy.url)]);
      const options = { connection, prefix: newPrefix() };
      return {
        ...{ scheduler: bullmqScheduler(options), time: realTime, options, proxy, admin },
        close: async () => {
          connection.disconnect();
          admin.disconnect();
          await proxy.close();
        },
      };
    },
    capabilities: { transactionalWake: false, wakesOtherProcesses: true, sharedPacing: true },
    // It rings within milliseconds; thirty schedulers that start at once on a busy machine do not.
    latenessMs: 5_000,
    recoversWithinMs: 6_000,
    another: async ({ options }) => bullmqScheduler(options),
    wipe: async ({ admin, options }) => {
      const keys = await admin.keys(`${options.prefix}*`);
      if (keys.length > 0) await admin.del(...keys);
    },
    disturb: async ({ admin, options: { prefix } }) => {
      const queue = new Queue("wake-ups", { connection: admin, prefix });
      for (const hint of foreignHints) await queue.add("foreign", hint);
      const unreadable = await queue.add("unreadable", {});
      await admin.hset(queue.toKey(unreadable.id ?? ""), "data", "{not JSON");
    },
    cutOff: async ({ proxy }) => {
      await proxy.refuse();
      return () => proxy.accept();
    },
  });
}
