import { Cluster, Redis } from "ioredis";
import { expect, test } from "vitest";
import { type BullmqSchedulerOptions, bullmqScheduler } from "../src/index.js";

const connection = new Redis({ lazyConnect: true });
const cluster = new Cluster([], { lazyConnect: true });
const prefixed = new Redis({ lazyConnect: true, keyPrefix: "app:" });
const prefixedCluster = new Cluster([], { lazyConnect: true, redisOptions: { keyPrefix: "app:" } });

test.each<[what: string, options: unknown, path: string, problem: string]>([
  ["no connection", {}, "connection", "must be a client of ioredis"],
  ["an address", { connection: { host: "localhost" } }, "connection", "must be a client of ioredis"],
  ["a keyPrefix", { connection: prefixed }, "connection", "has a keyPrefix"],
  ["a cluster's keyPrefix", { connection: prefixedCluster }, "connection", "has a keyPrefix"],
  ["no prefix", { connection, prefix: "" }, "prefix", "must be a text that is not empty"],
  ["no queue name", { connection, queueName: "" }, "queueName", "must be a text that is not empty"],
  ["a colon", { connection, queueName: "a:b" }, "queueName", "must have no colon"],
  [
    "keys without a common slot",
    { connection: cluster, prefix: "app" },
    "prefix",
    "needs braces in a cluster",
  ],
])("bullmqScheduler() with %s is an InvalidOptionsError", (_, options, option, problem) => {
  const path = `bullmqScheduler({ ${option} })`;
  expect(() => bullmqScheduler(options as BullmqSchedulerOptions)).toThrow(
    expect.objectContaining({ name: "InvalidOptionsError", path, message: expect.stringContaining(problem) }),
  );
});

test("bullmqScheduler() asks nothing of Redis, nor does what may be called before start()", async () => {
  const scheduler = bullmqScheduler({ connection });
  expect(
    scheduler.capabilities.sharedPacing?.({ keyPrefix: "sender", points: 1, duration: 1 }),
  ).toBeDefined();
  await scheduler.wake([], new Date());
  await scheduler.stop({ drainMs: 0 });
  bullmqScheduler({ connection: cluster, prefix: "app", queueName: "{wake-ups}" });
  expect([connection.status, cluster.status]).toEqual(["wait", "wait"]);
});
