import { recurringJob } from "@callboard/core/adapter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jumpOver, type WallClock, wallClock, wallTime } from "./wall-times.js";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** Changes at midnight, by half an hour, by two hours, with the moon, the other way round in winter, and none at all. */
const zones = [
  ...[
    "Africa/Harare",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
  ],
  ...[
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
  ],
];

const timetableOf = (cron: string, timeZone: string) =>
  recurringJob({ name: "job", cron, timeZone }).timetable;

/** A week in which the clock changes, if the year has one. */
interface Week extends WallClock {
  readonly from: Date;
  readonly to: Date;
}

const week = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    year: fc.integer({ min: 2020, max: 2035 }),
    which: fc.nat(),
    otherwise: fc.integer({ min: 4, max: 360 }),
  })
  .map(({ timeZone, year, which, otherwise }): Week => {
    const clock = wallClock(timeZone, year);
    const change = clock.changes[which % Math.max(1, clock.changes.length)];
    // Away from what may be a change itself.
    const middle = (change?.at.getTime() ?? Date.UTC(year, 0, otherwise)) + 7 * minute;
    return { ...clock, from: new Date(middle - 3.5 * day), to: new Date(middle + 3.5 * day) };
  });

/** Often at the hours that the clock skips or repeats. */
const hours = fc.oneof(
  fc.constantFrom("0", "1", "2", "3", "23", "2,14", "1-3"),
  fc.nat({ max: 23 }).map(String),
);
const minutes = fc.oneof(fc.constantFrom("0", "15", "30", "59", "0,30"), fc.nat({ max: 59 }).map(String));
const weekday = fc.option(fc.nat({ max: 6 }), { nil: null });

test("a time of day comes once each day: at its first minute of that name, or when the clock has jumped over it", () => {
  fc.assert(
    fc.property(week, hours, minutes, weekday, (one, atHours, atMinutes, onWeekday) => {
      const timetable = timetableOf(`${atMinutes} ${atHours} * * ${onWeekday ?? "*"}`, one.timeZone);
      const times = numbersOf(atHours).flatMap((at) =>
        numbersOf(atMinutes).map((past) => at * hour + past * minute),
      );
      const expected = datesIn(one)
        .filter((date) => onWeekday === null || new Date(date).getUTCDay() === onWeekday)
        .flatMap((date) => times.map((time) => firstMinute(one, date + time).getTime()))
        .filter((slot) => slot > one.from.getTime() && slot <= one.to.getTime())
        .map((slot) => new Date(slot));
      const slots = expected.filter((slot, index) => slot.getTime() !== expected[index - 1]?.getTime());
      expect(slotsIn(timetable, one)).toEqual(slots);
      expect(slotsBackIn(timetable, one)).toEqual(slots);
    }),
    { numRuns: 200 },
  );
});

test("a minute of every hour comes whenever the clock on the wall shows it, also in the hour that is repeated", () => {
  fc.assert(
    fc.property(week, fc.constantFrom("0", "15", "30", "59", "*/20", "7,37"), (whole, past) => {
      const one = { ...whole, from: new Date(+whole.from + 3 * day), to: new Date(+whole.to - 3 * day) };
      const timetable = timetableOf(`${past} * * * *`, one.timeZone);
      const wanted = new Set(numbersOf(past));
      const expected = minutesIn(one).filter((at) => wanted.has(wallTime(one, at).getUTCMinutes()));
      expect(slotsIn(timetable, one)).toEqual(expected);
      expect(slotsBackIn(timetable, one)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test("the last slot up to a time and the next after it have no slot between them, also in an hour that comes twice", () => {
  const cron = fc.constantFrom(
    ...[
      "*/7 * * * *",
      "30 2 * * *",
      "0 0 1 * *",
      "*/20 * * * * *",
      "15 1-3 * * 0",
      "0 0 L * *",
      "0-59 0-4 * * *",
    ],
  );
  // Of the middle of the week, where the clock changes.
  const awayMs = fc.oneof(
    fc.integer({ min: -3 * hour, max: 3 * hour }),
    fc.integer({ min: -day, max: 200 * day }),
  );
  fc.assert(
    fc.property(cron, week, awayMs, (pattern, { timeZone, from }, ms) => {
      const timetable = timetableOf(pattern, timeZone);
      const now = new Date(from.getTime() + 3.5 * day + ms);
      const last = timetable.lastUpTo(now);
      const next = timetable.nextAfter(now);
      expect(last && last <= now).toBe(true);
      expect(next && next > now).toBe(true);
      expect(timetable.nextAfter(last ?? now)).toEqual(next);
      expect(timetable.lastUpTo(last ?? now)).toEqual(last);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["Europe/Berlin", "30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]],
  ["America/New_York", "30 1 * * *", "2026-10-31T12:00", ["2026-11-01T05:30", "2026-11-02T06:30"]],
  ["America/Havana", "0 0 * * *", "2026-03-07T12:00", ["2026-03-08T05:00", "2026-03-09T04:00"]],
  ["Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00", ["2026-10-03T15:30", "2026-10-04T15:15"]],
  ["Europe/Berlin", "0 2,14 * * *", "2026-03-28T20:00", ["2026-03-29T01:00", "2026-03-29T12:00"]],
  ["Europe/Berlin", "0 2,14 * * *", "2026-10-24T20:00", ["2026-10-25T00:00", "2026-10-25T13:00"]],
  ["America/Nuuk", "30 23 * * *", "2026-03-28T02:00", ["2026-03-29T01:00", "2026-03-30T00:30"]],
  ["Europe/Berlin", "0 9 * * *", "2026-10-24T12:00", ["2026-10-25T08:00", "2026-10-26T08:00"]],
])("in %s the slots of %j after %s are %j", (timeZone, cron, after, slots) => {
  const timetable = timetableOf(cron, timeZone);
  const first = timetable.nextAfter(new Date(`${after}:00Z`));
  const next = first && timetable.nextAfter(first);
  expect([first, next].map((slot) => slot?.toISOString().slice(0, 16))).toEqual(slots);
});

function slotsIn(timetable: ReturnType<typeof timetableOf>, { from, to }: Week): Date[] {
  const slots: Date[] = [];
  for (let slot = timetable.nextAfter(from); slot && slot <= to; slot = timetable.nextAfter(slot))
    slots.push(slot);
  return slots;
}

function slotsBackIn(timetable: ReturnType<typeof timetableOf>, { from, to }: Week): Date[] {
  const slots: Date[] = [];
  const before = (time: Date) => timetable.lastUpTo(new Date(time.getTime() - 1));
  for (let slot = timetable.lastUpTo(to); slot && slot > from; slot = before(slot)) slots.unshift(slot);
  return slots;
}

/** The days on the wall, as midnights, and one more on either side. */
function datesIn({ from, to }: Week): number[] {
  const first = Math.floor(from.getTime() / day) - 1;
  return Array.from(
    { length: Math.ceil(to.getTime() / day) - first + 2 },
    (_, index) => (first + index) * day,
  );
}

function minutesIn({ from, to }: Week): Date[] {
  const first = Math.floor(from.getTime() / minute) + 1;
  const count = Math.floor(to.getTime() / minute) - first + 1;
  return Array.from({ length: count }, (_, index) => new Date((first + index) * minute));
}

/** The first time at which the wall shows this, or the end of the jump over it. */
function firstMinute(one: Week, wallMs: number): Date {
  const shown = [one.beginsMs, ...one.changes.map(({ afterMs }) => afterMs)]
    .map((offsetMs) => new Date(wallMs - offsetMs))
    .filter((at) => wallTime(one, at).getTime() === wallMs)
    .sort((one, other) => one.getTime() - other.getTime())[0];
  return shown ?? jumpOver(one, wallMs);
}

function numbersOf(field: string): number[] {
  if (field === "*/20") return [0, 20, 40];
  if (field === "1-3") return [1, 2, 3];
  return field.split(",").map(Number);
}
