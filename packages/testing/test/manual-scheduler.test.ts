import { recurringJob } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { manualScheduler, recordingLogger, testClock } from "../src/index.js";

async function started(onWake?: () => Promise<void>) {
  const scheduler = manualScheduler();
  const clock = testClock();
  const rings: (readonly string[])[] = [];
  const ticks: object[] = [];
  await scheduler.start({
    clock,
    logger: recordingLogger(),
    onWake: async (ids) => {
      rings.push(ids);
      await onWake?.();
    },
    onTick: async (tick) => void ticks.push(tick),
  });
  return { scheduler, clock, rings, ticks };
}

test("ring() rings once for what is due, and for the rest when its time has come", async () => {
  const { scheduler, clock, rings } = await started();
  const transaction = { begun: true };
  const [now, later] = [clock.now(), new Date(clock.now().getTime() + 1_000)];
  await scheduler.wake(["a", "b"], now, { transaction });
  await scheduler.wake(["c"], later);
  await scheduler.ring();
  await scheduler.ring();
  expect(rings).toEqual([["a", "b"]]);
  await clock.advance(1_000);
  await scheduler.ring();
  expect(rings).toEqual([["a", "b"], ["c"]]);
  expect(scheduler.wakes).toEqual([
    { ids: ["a", "b"], at: now, transaction },
    { ids: ["c"], at: later, transaction: undefined },
  ]);
});

test("ring() rejects when the handler does", async () => {
  const { scheduler, clock } = await started(() => Promise.reject(new Error("the store is down")));
  await scheduler.wake(["a"], clock.now());
  await expect(scheduler.ring()).rejects.toThrow("the store is down");
});

test("tick() rings for a slot, and jobs has the newest timetable of each name", async () => {
  const { scheduler, ticks } = await started();
  const words = { name: "reminder", cron: "0 8 * * *", timeZone: "Africa/Harare" };
  const job = recurringJob(words);
  await scheduler.every(recurringJob({ ...words, cron: "0 7 * * *" }));
  await scheduler.every(job);
  const slot = new Date("2026-01-02T06:00:00Z");
  await scheduler.tick("reminder", slot);
  expect(ticks).toEqual([{ job: "reminder", slot }]);
  expect([...scheduler.jobs.values()]).toEqual([job]);
});

test("ring() and tick() before start() and after stop(), and start() twice, are LifecycleErrors", async () => {
  const { scheduler } = await started();
  const handlers = {
    clock: testClock(),
    logger: recordingLogger(),
    onWake: async () => {},
    onTick: async () => {},
  };
  await expect(scheduler.start(handlers)).rejects.toMatchObject({ name: "LifecycleError" });
  await scheduler.stop({ drainMs: 0 });
  await expect(scheduler.ring()).rejects.toMatchObject({ name: "LifecycleError" });
  await expect(manualScheduler().tick("job", new Date(0))).rejects.toMatchObject({ name: "LifecycleError" });
});

test("a manual scheduler is one of its process alone, and always answers", async () => {
  const { capabilities, ping } = manualScheduler();
  expect(capabilities).toEqual({ transactionalWake: false, wakesOtherProcesses: false, sharedPacing: null });
  await ping();
});
