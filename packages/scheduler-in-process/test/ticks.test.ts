import { expect, test } from "vitest";
import { job, settableClock, startedScheduler } from "./started-scheduler.js";

test("every() rings for the latest slot alone after the process was frozen over several", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every(job("minutely", "* * * * *"));
  clock.set(10 * 60_000 + 5_000);
  await clock.advance(1_000);
  expect(ticks.map(({ slot }) => slot.toISOString().slice(11, 19))).toEqual(["00:10:00"]);
  await clock.advance(60_000);
  expect(ticks.map(({ slot }) => slot.toISOString().slice(11, 19))).toEqual(["00:10:00", "00:11:00"]);
});

test("every() rings within a second of when the clock is set forward, and then in time", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every(job("daily", "0 9 * * *"));
  clock.set(33 * 3_600_000 - 5_000);
  await clock.advance(1_000);
  expect(ticks.map(({ slot }) => slot.toISOString())).toEqual(["2026-01-01T09:00:00.000Z"]);
  await clock.advance(4_000);
  expect(ticks.slice(1)).toEqual([{ job: "daily", slot: clock.now(), at: clock.now() }]);
});

test("every() rings in time when the clock is set back, also for slots that it has rung for", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every(job("hourly", "0 * * * *"));
  clock.set(5.5 * 3_600_000);
  await clock.advance(1_000);
  clock.set(-5.5 * 3_600_000);
  await clock.advance(2 * 3_600_000);
  expect(ticks.map(({ slot, at }) => [slot.getUTCHours(), at.getUTCHours()])).toEqual([
    [5, 5],
    [1, 1],
    [2, 2],
  ]);
});

test("every() of one job hides from no other that the clock was set back", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every(job("hourly", "0 * * * *"));
  clock.set(5.5 * 3_600_000);
  await clock.advance(1_000);
  clock.set(-5.5 * 3_600_000);
  await scheduler.every(job("other", "0 9 * * *"));
  await clock.advance(3_600_000);
  expect(ticks.map(({ job, slot }) => [job, slot.getUTCHours()])).toEqual([
    ["hourly", 5],
    ["hourly", 1],
  ]);
});

test("every() with any number of names has one timer", async () => {
  const { scheduler, clock } = await startedScheduler();
  for (let hour = 0; hour < 24; hour += 1) await scheduler.every(job(`at-${hour}`, `0 ${hour} * * *`));
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(3_600_000);
  expect(clock.pendingTimers).toBe(1);
});

test("every() rings a late timer for the slot that it was set for", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every(job("minutely", "* * * * *"));
  await clock.advance(59_000);
  clock.set(1_500);
  await clock.advance(1_000);
  expect(ticks.map(({ slot, at }) => [slot.toISOString(), at.toISOString()])).toEqual([
    ["2026-01-01T00:01:00.000Z", "2026-01-01T00:01:01.500Z"],
  ]);
});

test("every() is kept over stop() and start(), without the slots in between", async () => {
  const { scheduler, clock, ticks, restart } = await startedScheduler();
  await scheduler.every(job("hourly", "0 * * * *"));
  await scheduler.stop({ drainMs: 0 });
  await clock.advance(2.5 * 3_600_000);
  await restart();
  await clock.advance(3_600_000);
  expect(ticks.map(({ slot }) => slot.toISOString())).toEqual(["2026-01-01T03:00:00.000Z"]);
});
