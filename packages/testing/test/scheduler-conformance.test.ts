import { expect, test } from "vitest";
import { schedulerConformance } from "../src/conformance.js";
import { testClock } from "../src/index.js";
import { failuresOf } from "./collected.js";
import { type Faults, naiveScheduler } from "./naive-scheduler.js";

const failuresWith = (faults: Faults) =>
  failuresOf((runner) =>
    schedulerConformance(runner, {
      open: async () => ({ scheduler: naiveScheduler(faults), time: testClock() }),
    }),
  );

test("schedulerConformance() passes a scheduler without faults", async () => {
  expect(await failuresWith({})).toEqual([]);
});

const mutants: [Faults, caughtBy: string][] = [
  [{ ringsEarlyByMs: 1 }, "wake() for a time to come rings then, never before"],
  [{ losesFutureWakes: true }, "wake() for a time to come rings then, never before"],
  [{ losesSecondId: true }, "wake() for a time that has passed rings at once, for every id"],
  [{ losesRepeatedId: true }, "wake() for an id that has been rung for rings again"],
  [{ throwsBeforeStart: true }, "wake() before start() does not throw, and spoils no later ring"],
  [{ endsAfterRejection: true }, "a wake handler that rejects is logged, and later rings come"],
  [{ logsNothing: true }, "a tick handler that rejects is logged, and later slots are rung for"],
  [{ neverStops: true }, "stop() ends the rings that were asked for before it"],
  [{ neverStops: true }, "stop() ends the timetable"],
  [{ doesNotDrain: true }, "stop() waits for a handler that runs"],
  [{ drainsForEver: true }, "stop() waits no longer than drainMs"],
  [{ startsTwice: true }, "start() a second time before stop() is a LifecycleError"],
  [{ ticksEarlyByMs: 1 }, "every() rings for each slot, with the slot's exact time, never before it"],
  [
    { skipsEverySecondSlot: true },
    "every() rings for each slot, with the slot's exact time, never before it",
  ],
  [
    { saysWhenItRangAsSlot: true },
    "every() rings for each slot, with the slot's exact time, never before it",
  ],
  [{ keepsFirstTimetable: true }, "every() with a name that is known begins its new timetable"],
  [{ addsTimetables: true }, "every() with a name that is known ends its old timetable"],
  [{ countsInUtc: true }, "every() counts in the job's own time zone"],
  [{ losesJobsBeforeStart: true }, "every() before start() rings after it"],
];

test.each(mutants)("schedulerConformance() finds %j", async (faults, caughtBy) => {
  expect(await failuresWith(faults)).toContain(caughtBy);
});
