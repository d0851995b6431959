import { Queue, type RepeatStrategy } from "bullmq";
import type { BullmqSchedulerOptions, Connection } from "./options.js";

/** BullMQ tells everything that happens in a stream that nobody reads here. */
export const queueMeta = { "opts.maxLenEvents": 100 };

interface QueueSettings {
  readonly connection: Connection;
  readonly repeatStrategy?: RepeatStrategy;
}

/** On a connection that somebody else ends. */
export function openQueue(
  { prefix, queueName }: Required<BullmqSchedulerOptions>,
  { connection, repeatStrategy }: QueueSettings,
): Queue {
  const queue = new Queue(queueName, {
    connection,
    prefix,
    // A queue needs none of the abilities that depend on it, and INFO is forbidden to some users.
    skipVersionCheck: true,
    streams: { events: { maxLen: queueMeta["opts.maxLenEvents"] } },
    ...(repeatStrategy && { settings: { repeatStrategy } }),
  });
  // Whoever owns the connection hears its errors; each call rejects with its own.
  queue.on("error", () => undefined);
  return queue;
}
