import fc from "fast-check";
import { expect, test } from "vitest";
import type { Timetable } from "../src/ports/scheduler.js";
import { owedSlots } from "../src/recurring/owed-slots.js";

const from = Date.UTC(2026, 0, 1);

/** A timetable of whole seconds, so that it is plain which slots there are. */
function timetableOf(seconds: readonly number[]): Timetable {
  const slots = [...new Set(seconds)]
    .sort((one, other) => one - other)
    .map((one) => new Date(from + one * 1_000));
  return {
    nextAfter: (time) => slots.find((slot) => slot > time) ?? null,
    lastUpTo: (time) => slots.findLast((slot) => slot <= time) ?? null,
  };
}

const request = fc
  .record({
    seconds: fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 60 }),
    latest: fc.nat(),
    afterMs: fc.integer({ min: -10_000, max: 400_000 }),
    lateMs: fc.integer({ min: -1_000, max: 200_000 }),
    maxLatenessMs: fc.integer({ min: 1_000, max: 300_000 }),
    catchesUpAll: fc.boolean(),
  })
  .map(({ seconds, latest, afterMs, ...rest }) => {
    const slot = new Date(from + (seconds[latest % seconds.length] ?? 0) * 1_000);
    const after = new Date(Math.min(from + afterMs, slot.getTime() - 1));
    return { ...rest, seconds, timetable: timetableOf(seconds), slot, after };
  });

test("each slot between the former mark and the latest, and with it, is run or missed, exactly once and in order", () => {
  fc.assert(
    fc.property(request, ({ seconds, ...given }) => {
      const { run, missed } = owedSlots(given);
      const slots = timetableSlots(given.timetable, given.after, given.slot);
      const gone = missed ? slots.filter((slot) => slot >= missed.first && slot <= missed.last) : [];
      expect([...gone, ...run]).toEqual(slots);
      expect(missed?.count ?? 0).toBe(gone.length);
    }),
    { numRuns: 2_000 },
  );
});

test("a slot that runs is in time, and one that is in time is missed only when a later one is run for it", () => {
  fc.assert(
    fc.property(request, ({ seconds, ...given }) => {
      const { run } = owedSlots(given);
      const { slot, lateMs, maxLatenessMs, catchesUpAll } = given;
      const isInTime = (one: Date) => slot.getTime() + lateMs - one.getTime() <= maxLatenessMs;
      const inTime = timetableSlots(given.timetable, given.after, slot).filter(isInTime);
      expect(run).toEqual(catchesUpAll ? inTime : inTime.slice(-1));
    }),
    { numRuns: 2_000 },
  );
});

test("a slot that is exactly as late as it may be runs, and one that is a millisecond later is missed", () => {
  const slot = new Date(from + 1_000);
  const given = {
    timetable: timetableOf([1]),
    catchesUpAll: false,
    maxLatenessMs: 60_000,
    after: new Date(from),
    slot,
  };
  expect(owedSlots({ ...given, lateMs: 60_000 })).toEqual({ run: [slot], missed: null });
  const missed = { first: slot, last: slot, count: 1 };
  expect(owedSlots({ ...given, lateMs: 60_001 })).toEqual({ run: [], missed });
});

/** Those after one time, up to another and with it. */
function timetableSlots(timetable: Timetable, after: Date, last: Date): Date[] {
  const next = timetable.nextAfter(after);
  return next && next <= last ? [next, ...timetableSlots(timetable, next, last)] : [];
}
