import { InvalidOptionsError } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { type Runner, schedulerConformance } from "../src/conformance.js";
import { testClock } from "../src/index.js";
import { failuresOf, titlesOf } from "./collected.js";
import { NaiveEngine } from "./naive-engine.js";
import { type Faults, naiveScheduler } from "./naive-scheduler.js";

const noCapabilities = { transactionalWake: false, wakesOtherProcesses: false, sharedPacing: false };

/** Rings within its process, and nothing can be done to it. */
const alone =
  (faults: Faults = {}) =>
  (runner: Runner) =>
    schedulerConformance(runner, {
      open: async () => ({ scheduler: naiveScheduler(faults), time: testClock() }),
      capabilities: noCapabilities,
    });

/** Has an engine, which joins transactions and to which everything can be done. */
const onEngine =
  (faults: Faults = {}) =>
  (runner: Runner) => {
    const schedulerOn = (engine: NaiveEngine) => naiveScheduler(faults, { engine });
    return schedulerConformance(runner, {
      open: async () => {
        const engine = new NaiveEngine();
        return { engine, scheduler: schedulerOn(engine), time: testClock() };
      },
      capabilities: { transactionalWake: true, wakesOtherProcesses: true, sharedPacing: true },
      another: async ({ engine }) => schedulerOn(engine),
      transact: ({ engine }, work) => engine.transact(work),
      loseQueue: async ({ engine }) => engine.loseQueue(),
      wipe: async ({ engine }) => engine.wipe(),
      disturb: async ({ engine }) => engine.disturb(),
      cutOff: async ({ engine }) => engine.cutOff(),
    });
  };

test.each([
  ["alone", alone],
  ["on an engine", onEngine],
])("schedulerConformance() passes a scheduler without faults, %s", async (_, suite) => {
  expect(await failuresOf(suite())).toEqual([]);
});

const byTime = "wake() for a time to come rings then, never before";
const bySlot = "every() rings for each slot, with the slot's exact time, never before it";
const byTransaction = "wake() with a transaction that the engine cannot join rings a moment later";
const unreadable = "a wake-up that cannot be read rings without ids or not at all, and later rings come";

const mutants: [Faults, caughtBy: string][] = [
  [{ saysItIsTransactional: false }, "capabilities are those that are stated"],
  [{ saysNothingOfPacing: true }, "capabilities are those that are stated"],
  [{ pingsOnlyWhileStarted: true }, "ping() resolves before start(), while it rings, and after stop()"],

  [{ losesSecondId: true }, "wake() for a time that has passed rings at once, for every id"],
  [{ losesWakesForNow: true }, "wake() for now rings at once"],
  [{ ringsEarlyByMs: 20 }, byTime],
  [{ losesFutureWakes: true }, byTime],
  [{ losesEarlierWakes: true }, "wake() calls in any order ring each at its own time"],
  [{ losesAllBeyond: 5 }, "wake() for ten thousand ids, a thousand at a time, rings for each"],
  [{ losesDoubledWakes: true }, "wake() twice for the same id and time rings at least once"],
  [{ losesRepeatedId: true }, "wake() for an id that has been rung for rings again"],
  [{ throwsWithoutIds: true }, "wake() without ids does not throw"],
  [{ throwsBeforeStart: true }, "wake() before start() does not throw, and spoils no later ring"],
  [{ endsAfterRejection: true }, "a wake handler that rejects is logged, and later rings come"],
  [{ logsNothing: true }, "a wake handler that rejects is logged, and later rings come"],

  [{ ticksEarlyByMs: 20 }, bySlot],
  [{ skipsEverySecondSlot: true }, bySlot],
  [{ saysWhenItRangAsSlot: true }, bySlot],
  [{ losesJobsBeforeStart: true }, "every() before start() rings after it"],
  [{ countsInUtc: true }, "every() counts in the job's own time zone"],
  [{ knowsOneJob: true }, "every() with two names rings for both"],
  [{ logsNothing: true }, "a tick handler that rejects is logged, and later slots are rung for"],
  [{ endsAfterRejection: true }, "a tick handler that rejects is logged, and later slots are rung for"],
  [{ addsTimetables: true }, "every() with a name that is known ends its old timetable"],
  [{ keepsFirstTimetable: true }, "every() with a name that is known begins its new timetable"],

  [{ startsTwice: true }, "start() a second time before stop() is a LifecycleError"],
  [{ startsOnce: true }, "start() after stop() rings again"],
  [{ neverStops: true }, "stop() ends the rings that were asked for before it"],
  [{ neverStops: true }, "stop() ends the timetable"],
  [{ stopThrowsBeforeStart: true }, "stop() before start() and twice is harmless"],
  [{ stopThrowsTwice: true }, "stop() before start() and twice is harmless"],
  [{ doesNotDrain: true }, "stop() waits for a handler that runs"],
  [{ drainsForEver: true }, "stop() waits no longer than drainMs"],

  [{ ignoresTransactions: true }, byTransaction],
  [{ ringsBeforeCommit: true }, byTransaction],
  [{ ringsBeforeCommit: true }, "wake() within a transaction rings after its commit, not before"],
  [{ ignoresTransactions: true }, "wake() within a transaction rings after its commit, not before"],
  [{ ringsBeforeCommit: true }, "wake() within a transaction that rolls back never rings"],
  [{ spoilsTransactions: true }, "wake() that fails within a transaction leaves it usable"],

  [{ isAlone: true }, "wake() of a scheduler that is never started rings in another one"],
  [{ stopForgets: true }, "wake-ups that wait while their scheduler stops ring in another one"],
  [{ startForgets: true }, "wake-ups that fell due while no scheduler rang ring when one is started"],
  [
    { eachHasItsOwnSlots: true },
    "every() of four schedulers rings for each slot, and with a mark each runs once",
  ],
  [{ stopEndsJobsForAll: true }, "stop() of one scheduler leaves the slots of its job to the others"],
  [{ countsAlone: true }, "sharedPacing counts for all schedulers together"],
  [
    { refusesWithoutSum: true },
    "sharedPacing rejects with the sum when it is above the limit, and counts it",
  ],
  [{ mixesKinds: true }, "sharedPacing keeps kinds of limits apart"],

  [{ ringsNoMoreAfterWipe: true }, "wake() rings after the engine was emptied, without a restart"],
  [{ ticksNoMoreAfterWipe: true }, "every() rings after the engine was emptied, without a restart"],
  [{ endsAtUnreadable: true }, unreadable],
  [{ keepsUnreadable: true }, unreadable],
  [{ ringsForUnreadable: true }, unreadable],
  [{ pingsAnyway: true }, "ping() while the engine is down rejects"],
  [{ stopsOnlyWhenUp: true }, "stop() while the engine is down ends in time"],
  [{ waitsWhileDown: true }, "wake() while the engine is down settles soon, and later ones ring"],
  [{ ringsNoMoreAfterOutage: true }, "wake() while the engine is down settles soon, and later ones ring"],
  [{ startsOnlyWhenUp: true }, "start() while the engine is down resolves, and rings when it is back"],
  [{ ringsNoMoreAfterOutage: true }, "start() while the engine is down resolves, and rings when it is back"],
];

test.each(mutants)("schedulerConformance() finds %j: %s", async (faults, caughtBy) => {
  const failures = await failuresOf((runner) => {
    const test: Runner["test"] = (title, run) => title === caughtBy && runner.test(title, run);
    alone(faults)({ ...runner, test });
    onEngine(faults)({ ...runner, test });
  });
  expect(failures).toContain(caughtBy);
});

describe("schedulerConformance()", () => {
  const withoutAbilities = new Set(titlesOf(alone()));
  const withAll = new Set(titlesOf(onEngine()));

  test("holds no test that finds no fault", () => {
    const caught = new Set(mutants.map(([, caughtBy]) => caughtBy));
    expect(withoutAbilities.union(withAll).difference(caught)).toEqual(new Set());
  });

  test("leaves out what needs an ability that is not given", () => {
    expect([...withoutAbilities.difference(withAll)]).toEqual([byTransaction]);
    expect(withAll.difference(withoutAbilities).size).toBe(18);
  });

  test.each([
    ["transactionalWake", "transact"],
    ["wakesOtherProcesses", "another"],
    ["sharedPacing", "another"],
  ])("refuses %s without %s()", (capability, ability) => {
    const collect = () =>
      titlesOf((runner) =>
        schedulerConformance(runner, {
          open: async () => ({ scheduler: naiveScheduler(), time: testClock() }),
          capabilities: { ...noCapabilities, [capability]: true },
        }),
      );
    expect(collect).toThrow(InvalidOptionsError);
    expect(collect).toThrow(`Give ${ability}().`);
  });
});
