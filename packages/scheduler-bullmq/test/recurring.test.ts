import { recurringJob } from "@callboard/core/adapter";
import { Queue } from "bullmq";
import { expect } from "vitest";
import { until } from "../../../tests/experiments/until.js";
import { bullmqScheduler } from "../src/index.js";
import { connected, newPrefix, RingingScheduler, redisTest, withScheduler } from "./redis-stage.js";

const everySecond = { cron: "* * * * * *", timeZone: "UTC" };
const yearly = { cron: "0 0 1 1 *", timeZone: "UTC" };

redisTest("every() puts the next slot of croner's reading into Redis, whatever the zone", async ({ url }) => {
  const connection = await connected(url);
  const prefix = newPrefix();
  const queue = new Queue("wake-ups", { connection, prefix });
  await withScheduler(
    connection,
    async (ringing) => {
      // BullMQ's own reader gives up on this one: its clock changes by half an hour.
      const jobs = [
        { name: "half past: two", cron: "30 2 * * *", timeZone: "Australia/Lord_Howe" },
        { name: "a:b:c:d:5 * * * *", cron: "5 4 29 2 *", timeZone: "Europe/Berlin" },
      ];
      for (const job of jobs) await ringing.every(job);
      const slots = jobs.map((job) => recurringJob(job).timetable.nextAfter(new Date())?.getTime());
      await until("both are there", async () => (await queue.getJobSchedulersCount()) === 2);
      const kept = await Promise.all(jobs.map(({ name }) => queue.getJobScheduler(encodeURIComponent(name))));
      expect(kept.map((job) => job?.next)).toEqual(slots);
      expect(kept.map((job) => job?.pattern)).toEqual(jobs.map(({ cron }) => cron));
      expect(ringing.log).toEqual([]);
    },
    { prefix },
  );
});

redisTest(
  "a job that no worker knows any more ends; one that another worker knows goes on",
  async ({ url }) => {
    const connection = await connected(url);
    const prefix = newPrefix();
    const queue = new Queue("wake-ups", { connection, prefix });
    const former = await new RingingScheduler(bullmqScheduler({ connection, prefix })).start();
    await former.every({ name: "removed", ...everySecond });
    await former.every({ name: "kept", ...everySecond });
    await until("both are rung for", () => new Set(former.ticks.map(({ job }) => job)).size === 2);
    await former.scheduler.stop({ drainMs: 0 });
    await withScheduler(
      await connected(url),
      async (later) => {
        await later.every({ name: "kept", ...everySecond });
        await until("one has gone", async () => (await queue.getJobSchedulersCount()) === 1);
        const before = later.ticks.length;
        await until("the other is rung for", () => later.ticks.length > before + 1);
        expect(new Set(later.ticks.map(({ job }) => job))).toEqual(new Set(["kept"]));
        expect(await queue.getJobScheduler("removed")).toBeUndefined();
      },
      { prefix },
    );
    connection.disconnect();
  },
);

redisTest("during a deployment, a job that only the new workers know rings for them", async ({ url }) => {
  const [one, other] = [await connected(url), await connected(url)];
  const prefix = newPrefix();
  await withScheduler(
    one,
    (old) =>
      withScheduler(
        other,
        async (later) => {
          await later.every({ name: "new", ...everySecond });
          await until("it is rung for", () => later.ticks.length > 1);
          expect(old.ticks).toEqual([]);
        },
        { prefix },
      ),
    { prefix },
  );
});

redisTest("a second start() of the same timetable lets its next slot be", async ({ url }) => {
  const connection = await connected(url);
  const prefix = newPrefix();
  const queue = new Queue("wake-ups", { connection, prefix });
  const ringing = await new RingingScheduler(bullmqScheduler({ connection, prefix })).start();
  await ringing.every({ name: "yearly", ...yearly });
  const created = () => queue.getDelayed().then(([job]) => job?.timestamp);
  const before = await until("it is there", created);
  await ringing.scheduler.stop({ drainMs: 0 });
  await ringing.start();
  await ringing.every({ name: "known by now", ...yearly });
  await until("the later one is there", async () => (await queue.getDelayedCount()) === 2);
  expect((await queue.getDelayed()).map((job) => job.timestamp)).toContain(before);
  await ringing.scheduler.stop({ drainMs: 0 });
  connection.disconnect();
});

redisTest("a slot that the timetable does not have is not rung for", async ({ url }) => {
  const connection = await connected(url);
  const prefix = newPrefix();
  const queue = new Queue("wake-ups", { connection, prefix });
  await withScheduler(
    connection,
    async (ringing) => {
      await ringing.every({ name: "yearly", ...yearly });
      await until("it is there", async () => (await queue.getJobSchedulersCount()) === 1);
      // As somebody with access to Redis may write it.
      for (const prevMillis of [Date.now(), 1.5, -1]) {
        const job = await queue.add("yearly", { v: 1 }, { delay: 200 });
        const repeat = prevMillis > 0 ? { repeat: { pattern: yearly.cron } } : {};
        const opts = JSON.stringify({ prevMillis, ...repeat });
        await connection.hset(queue.toKey(job.id ?? ""), { rjk: "yearly", opts });
      }
      await until(
        "they are done",
        async () => (await queue.getJobCountByTypes("delayed", "waiting", "active")) === 1,
      );
      await ringing.rings();
      expect(ringing.ticks).toEqual([]);
    },
    { prefix },
  );
});
