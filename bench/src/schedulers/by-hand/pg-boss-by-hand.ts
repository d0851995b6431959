import { httpSender } from "../http-sender.ts";
import { startBoss } from "../open-engine.ts";
import { concurrency } from "../open-side.ts";
import type { Place } from "../places.ts";
import type { ByHand } from "./by-hand.ts";
import { openMessages, sendMessage } from "./messages.ts";

const queueName = "messages";

/** So many fetch by themselves, so that some send while another one fetches. */
const fetchers = 2;

/** pg-boss and pg: jobs are inserted in the transaction that writes the rows, and workers are notified. */
export function pgBossByHand({ database }: Place, providerUrl: string): ByHand {
  const messages = openMessages(database);
  const sender = httpSender(providerUrl, concurrency);
  const booting = startBoss(database, "by_hand");
  const work = async (jobs: readonly { readonly id: string; readonly data: { readonly id: string } }[]) =>
    Promise.all(
      jobs.map(async ({ id, data }) => {
        try {
          await sendMessage(messages, sender, data.id);
          return { id, status: "completed" as const };
        } catch (error) {
          return { id, status: "failed" as const, output: { error: String(error) } };
        }
      }),
    );
  return {
    ...messages,
    async setUp(everybody, group) {
      await messages.setUp(everybody, group);
      await (await booting).createQueue(queueName, { notify: true, retryLimit: 5, retryBackoff: true });
    },
    async start() {
      await (await booting).work<{ id: string }, unknown, typeof workOptions>(queueName, workOptions, work);
    },
    queue: (order) =>
      messages.queue(order, async (ids, client) => {
        const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
        await (await booting).insert(
          queueName,
          ids.map((id) => ({ data: { id } })),
          { db },
        );
      }),
    stop: async () => (await booting).offWork(queueName),
    async close() {
      await (await booting).stop({ graceful: false });
      await Promise.all([sender.close(), messages.close()]);
    },
  };
}

const workOptions = {
  batchSize: concurrency / fetchers,
  localConcurrency: fetchers,
  pollingIntervalSeconds: 0.5,
  burstWhenBatchFull: true,
  perJobResults: true,
} as const;
