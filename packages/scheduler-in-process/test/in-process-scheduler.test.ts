import { recurringJob } from "@callboard/core/adapter";
import { testClock } from "@callboard/testing";
import { runnerOf, schedulerConformance } from "@callboard/testing/conformance";
import { expect, test } from "vitest";
import { inProcessScheduler } from "../src/index.js";
import { startedScheduler } from "./started-scheduler.js";

schedulerConformance(runnerOf(test), {
  open: async () => ({ scheduler: inProcessScheduler(), time: testClock() }),
  capabilities: { transactionalWake: false, wakesOtherProcesses: false, sharedPacing: false },
  another: async () => inProcessScheduler(),
});

test("wake() calls of one turn come in one ring, each id once", async () => {
  const { scheduler, clock, rings, fromNow } = await startedScheduler();
  await scheduler.wake(["a", "b"], fromNow(0));
  await scheduler.wake(["b", "c"], fromNow(-5));
  await clock.advance(0);
  expect(rings).toEqual([{ ids: ["a", "b", "c"], at: fromNow(0) }]);
});

test("wake() with a transaction rings 250 ms later, or at its own time if that is later still", async () => {
  const { scheduler, clock, rings, fromNow } = await startedScheduler();
  const [soon, later] = [fromNow(250), fromNow(300)];
  await scheduler.wake(["now"], fromNow(0), { transaction: {} });
  await scheduler.wake(["later"], later, { transaction: {} });
  await clock.advance(1_000);
  expect(rings).toEqual([
    { ids: ["now"], at: soon },
    { ids: ["later"], at: later },
  ]);
});

test("wake() before start() and after stop() keeps nothing and sets no timer", async () => {
  const { scheduler, clock, rings, restart } = await startedScheduler();
  await scheduler.stop({ drainMs: 0 });
  await scheduler.wake(["unheard"], clock.now());
  expect(clock.pendingTimers).toBe(0);
  await restart();
  await clock.advance(1_000);
  expect(rings).toEqual([]);
});

test("wake() for 60 days ahead rings then, with one timer for any number of ids", async () => {
  const { scheduler, clock, rings, fromNow } = await startedScheduler();
  const at = fromNow(60 * 86_400_000);
  for (let day = 60; day < 100; day += 1) await scheduler.wake([`day-${day}`], fromNow(day * 86_400_000));
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(60 * 86_400_000);
  expect(rings).toEqual([{ ids: ["day-60"], at }]);
});

test("wake() beyond 10,000 ids to come leaves the latest to the sweep, and never one that is due", async () => {
  const { scheduler, clock, rings, fromNow } = await startedScheduler();
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => prefix + index);
  await scheduler.wake(ids("late-", 9_000), fromNow(2_000));
  await scheduler.wake(ids("early-", 6_000), fromNow(1_000));
  await scheduler.wake(ids("last-", 10), fromNow(3_000));
  await scheduler.wake(ids("due-", 20_000), fromNow(0));
  await clock.advance(5_000);
  expect(rings.map((ring) => [ring.ids[0], ring.ids.length])).toEqual([
    ["due-0", 20_000],
    ["early-0", 6_000],
    ["late-0", 4_000],
  ]);
});

test("a handler that throws before it returns a promise is logged", async () => {
  const err = new Error("out of memory");
  const { scheduler, clock, logger } = await startedScheduler({
    onWake: () => {
      throw err;
    },
  });
  await scheduler.wake(["a"], clock.now());
  await clock.advance(0);
  expect(logger.entries).toEqual([
    { level: "error", fields: { err, wakeUps: 1 }, message: "a handler of the scheduler failed" },
  ]);
});

test("start() and stop() again and again leave no timer", async () => {
  const { scheduler, clock, fromNow, restart } = await startedScheduler();
  await scheduler.every(recurringJob({ name: "minutely", cron: "* * * * *", timeZone: "UTC" }));
  for (let round = 0; round < 50; round += 1) {
    await scheduler.wake([`due-${round}`], fromNow(0));
    await scheduler.wake([`to-come-${round}`], fromNow(10_000));
    if (round % 2) await clock.advance(50_000);
    await scheduler.stop({ drainMs: 1_000 });
    expect(clock.pendingTimers).toBe(0);
    await restart();
  }
});

test("stop() sets no timer when every handler has ended", async () => {
  const { scheduler, clock } = await startedScheduler();
  await scheduler.wake(["a"], clock.now());
  await clock.advance(0);
  const stopping = scheduler.stop({ drainMs: 30_000 });
  expect(clock.pendingTimers).toBe(0);
  await stopping;
});

test("stop() lets go of its timer when the last handler ends", async () => {
  let end = () => {};
  const { scheduler, clock } = await startedScheduler({
    onWake: () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  });
  await scheduler.wake(["a"], clock.now());
  await clock.advance(0);
  const stopping = scheduler.stop({ drainMs: 30_000 });
  expect(clock.pendingTimers).toBe(1);
  end();
  await stopping;
  expect(clock.pendingTimers).toBe(0);
});
