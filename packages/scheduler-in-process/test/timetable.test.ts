import fc from "fast-check";
import { expect, test } from "vitest";
import { inProcessScheduler } from "../src/index.js";
import { readTimetable } from "../src/timetable.js";
import { settableClock, startedScheduler } from "./started-scheduler.js";

/** The slots that are rung for in the days after `start`. All come on a half hour; the time between is skipped. */
async function slotsFrom(start: string, days: number, cron: string, timeZone: string): Promise<string[]> {
  const clock = settableClock(new Date(start));
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every({ name: "job", cron, timeZone });
  for (let halfHour = 0; halfHour < days * 48; halfHour += 1) {
    clock.set(1_799_000);
    await clock.advance(1_000);
  }
  for (const { slot, at } of ticks) expect(at).toEqual(slot);
  return ticks.map(({ slot }) => slot.toISOString().slice(0, 16));
}

test.each([
  ["Europe/Berlin", "2026-03-28", ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"]],
  ["Europe/Berlin", "2026-10-24", ["2026-10-24T07:00", "2026-10-25T08:00", "2026-10-26T08:00"]],
  ["America/New_York", "2026-03-07", ["2026-03-07T14:00", "2026-03-08T13:00", "2026-03-09T13:00"]],
  ["America/New_York", "2026-10-31", ["2026-10-31T13:00", "2026-11-01T14:00", "2026-11-02T14:00"]],
  ["Africa/Harare", "2026-03-28", ["2026-03-28T07:00", "2026-03-29T07:00", "2026-03-30T07:00"]],
])("every() at nine in %s from %s stays at nine on the wall", async (timeZone, day, slots) => {
  expect(await slotsFrom(`${day}T00:00:00Z`, 3, "0 9 * * *", timeZone)).toEqual(slots);
});

test("every() at a time that the change to summer skips comes when the clock has jumped", async () => {
  expect(await slotsFrom("2026-03-28T12:00:00Z", 2, "30 2 * * *", "Europe/Berlin")).toEqual([
    "2026-03-29T01:00",
    "2026-03-30T00:30",
  ]);
});

test("every() at a time that comes twice in autumn rings once", async () => {
  expect(await slotsFrom("2026-10-31T12:00:00Z", 2, "30 1 * * *", "America/New_York")).toEqual([
    "2026-11-01T05:30",
    "2026-11-02T06:30",
  ]);
});

test("every() half an hour rings through both of autumn's repeated hours", async () => {
  const slots = await slotsFrom("2026-10-24T23:30:00Z", 0.125, "*/30 * * * *", "Europe/Berlin");
  expect(slots.map((slot) => slot.slice(11))).toEqual(["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"]);
});

test("every() rings for the latest slot alone after the process was frozen over several", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every({ name: "minutely", cron: "* * * * *", timeZone: "UTC" });
  clock.set(10 * 60_000 + 5_000);
  await clock.advance(1_000);
  expect(ticks.map(({ slot }) => slot.toISOString().slice(11, 19))).toEqual(["00:10:00"]);
  await clock.advance(60_000);
  expect(ticks.map(({ slot }) => slot.toISOString().slice(11, 19))).toEqual(["00:10:00", "00:11:00"]);
});

test("every() rings within a second of when the clock is set forward, and then in time", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every({ name: "daily", cron: "0 9 * * *", timeZone: "UTC" });
  clock.set(33 * 3_600_000 - 5_000);
  await clock.advance(1_000);
  expect(ticks.map(({ slot }) => slot.toISOString())).toEqual(["2026-01-01T09:00:00.000Z"]);
  await clock.advance(4_000);
  expect(ticks.slice(1)).toEqual([{ job: "daily", slot: clock.now(), at: clock.now() }]);
});

test("every() rings in time when the clock is set back, also for slots that it has rung for", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every({ name: "hourly", cron: "0 * * * *", timeZone: "UTC" });
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
  await scheduler.every({ name: "hourly", cron: "0 * * * *", timeZone: "UTC" });
  clock.set(5.5 * 3_600_000);
  await clock.advance(1_000);
  clock.set(-5.5 * 3_600_000);
  await scheduler.every({ name: "other", cron: "0 9 * * *", timeZone: "UTC" });
  await clock.advance(3_600_000);
  expect(ticks.map(({ job, slot }) => [job, slot.getUTCHours()])).toEqual([
    ["hourly", 5],
    ["hourly", 1],
  ]);
});

test("every() with any number of names has one timer", async () => {
  const { scheduler, clock } = await startedScheduler();
  for (let hour = 0; hour < 24; hour += 1)
    await scheduler.every({ name: `at-${hour}`, cron: `0 ${hour} * * *`, timeZone: "UTC" });
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(3_600_000);
  expect(clock.pendingTimers).toBe(1);
});

test("every() rings a late timer for the slot that it was set for", async () => {
  const clock = settableClock();
  const { scheduler, ticks } = await startedScheduler({ clock });
  await scheduler.every({ name: "minutely", cron: "* * * * *", timeZone: "UTC" });
  await clock.advance(59_000);
  clock.set(1_500);
  await clock.advance(1_000);
  expect(ticks.map(({ slot, at }) => [slot.toISOString(), at.toISOString()])).toEqual([
    ["2026-01-01T00:01:00.000Z", "2026-01-01T00:01:01.500Z"],
  ]);
});

test("every() is kept over stop() and start(), without the slots in between", async () => {
  const { scheduler, clock, ticks, restart } = await startedScheduler();
  await scheduler.every({ name: "hourly", cron: "0 * * * *", timeZone: "UTC" });
  await scheduler.stop({ drainMs: 0 });
  await clock.advance(2.5 * 3_600_000);
  await restart();
  await clock.advance(3_600_000);
  expect(ticks.map(({ slot }) => slot.toISOString())).toEqual(["2026-01-01T03:00:00.000Z"]);
});

test.each([
  "",
  "* * * *",
  "* * * * * * *",
  "61 * * * *",
  "soon",
  "@daily",
  "2026-01-01T00:00:00Z",
  "0 0 30 2 *",
])("every() with the cron %j is an InvalidOptionsError that names it", async (cron) => {
  const job = { name: "report", cron, timeZone: "UTC" };
  await expect(inProcessScheduler().every(job)).rejects.toMatchObject({
    name: "InvalidOptionsError",
    path: 'every("report").cron',
    message: expect.stringContaining(`"${cron}" never comes. Give five fields`),
  });
});

test.each(["", "Mars/Olympus", "CEST"])(
  "every() in the time zone %j is an InvalidOptionsError that names it",
  async (timeZone) => {
    const job = { name: "report", cron: "0 8 * * *", timeZone };
    await expect(inProcessScheduler().every(job)).rejects.toMatchObject({
      name: "InvalidOptionsError",
      path: 'every("report").timeZone',
      message: expect.stringContaining(`"${timeZone}" is not a time zone.`),
    });
  },
);

test("every() that is refused leaves the timetable it would have replaced", async () => {
  const { scheduler, clock, ticks } = await startedScheduler();
  await scheduler.every({ name: "job", cron: "* * * * *", timeZone: "UTC" });
  await expect(scheduler.every({ name: "job", cron: "never", timeZone: "UTC" })).rejects.toThrow();
  await clock.advance(60_000);
  expect(ticks).toHaveLength(1);
});

test("the last slot up to a time and the next after it have no slot between them", () => {
  const cron = fc.constantFrom("*/7 * * * *", "30 2 * * *", "0 0 1 * *", "*/20 * * * * *", "15 1-3 * * 0");
  const timeZone = fc.constantFrom("Europe/Berlin", "America/New_York", "Africa/Harare", "Asia/Kolkata");
  const time = fc.date({ min: new Date("2026-01-01"), max: new Date("2028-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(cron, timeZone, time, (pattern, zone, now) => {
      const timetable = readTimetable({ name: "job", cron: pattern, timeZone: zone });
      const last = timetable.lastUpTo(now)!;
      expect(last <= now).toBe(true);
      expect(timetable.nextAfter(last)! > now).toBe(true);
      expect(timetable.nextAfter(last)).toEqual(timetable.nextAfter(now));
      expect(timetable.lastUpTo(last)).toEqual(last);
    }),
    { numRuns: 500 },
  );
});
