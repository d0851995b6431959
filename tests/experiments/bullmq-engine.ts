import { once } from "node:events";
import { bullmqScheduler } from "@callboard/scheduler-bullmq";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { connectRedis } from "./connect-redis.ts";
import type { Engine } from "./engine.ts";
import { openRedisServer, redisServerAbsent } from "./redis-server.ts";

/** On a Redis server of its own. */
export const bullmq: Engine = {
  name: "BullMQ",
  absent: redisServerAbsent,
  async open() {
    const server = await openRedisServer();
    const connections: Redis[] = [];
    const connectOne = async () => {
      const connection = connectRedis(server.url);
      connections.push(connection);
      await once(connection, "ready");
      return connection;
    };
    const queue = new Queue("wake-ups", { prefix: "{callboard}", connection: await connectOne() });
    return {
      connect: async () => bullmqScheduler({ connection: await connectOne() }),
      wipe: async () => void (await server.command("flushall")),
      async wipeSome(random) {
        const keys = (await server.command("keys", "*")) as string[];
        for (const key of keys.sort()) if (random() < 0.5) await server.command("del", key);
      },
      // Nothing is deleted by age; in a month a Redis that keeps nothing on disk has been restarted, though.
      age: async () => void (await server.command("flushall")),
      plant: async (data) => void (await queue.add("planted", data, { removeOnFail: false })),
      jobs: async () => withoutZeros(await queue.getJobCounts()),
      async close() {
        for (const connection of connections) connection.disconnect();
        await server.close();
      },
    };
  },
};

function withoutZeros(counts: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
