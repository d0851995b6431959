import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { slices } from "../../floor/slices.ts";
import { httpSender } from "../http-sender.ts";
import { concurrency } from "../open-side.ts";
import type { Place } from "../places.ts";
import type { ByHand } from "./by-hand.ts";
import { openMessages, sendMessage } from "./messages.ts";

const queueName = "messages";
const perCall = 1_000;

/** BullMQ and pg. Jobs are added after the commit: Redis takes no part in a transaction. */
export function bullmqByHand({ database, queue: at }: Place, providerUrl: string): ByHand {
  if (at.scheduler !== "BullMQ") throw new Error("This place has no Redis.");
  const messages = openMessages(database);
  const sender = httpSender(providerUrl, concurrency);
  const connection = new Redis(at.redisUrl, { maxRetriesPerRequest: null });
  const options = { connection, prefix: `${at.prefix}:hand` };
  const queue = new Queue<{ id: string }>(queueName, {
    ...options,
    defaultJobOptions: {
      attempts: 5,
      backoff: { type: "exponential", delay: 1_000 },
      removeOnComplete: true,
      removeOnFail: 1_000,
    },
  });
  let worker: Worker<{ id: string }> | null = null;
  return {
    ...messages,
    async start() {
      worker = new Worker(queueName, ({ data }) => sendMessage(messages, sender, data.id), {
        ...options,
        concurrency,
      });
      await worker.waitUntilReady();
    },
    async queue(order) {
      const written: string[] = [];
      const count = await messages.queue(order, async (ids) => void written.push(...ids));
      for (const ids of slices(written, perCall))
        await queue.addBulk(ids.map((id) => ({ name: "send", data: { id } })));
      return count;
    },
    async stop() {
      await worker?.close();
      worker = null;
    },
    async close() {
      await Promise.all([queue.close(), sender.close(), messages.close()]);
      await connection.quit();
    },
  };
}
