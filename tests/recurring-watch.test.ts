import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import type { EngineStorage } from "./engine-storages.js";
import { stageOn } from "./queue-stage.js";
import { at, hour, minute, openProcess, openTime, pass, second, wrongClock } from "./recurring-stage.js";
import { embedded } from "./storages.js";

const minutes = (count: number) => Array.from({ length: count }, (_, index) => at((index + 1) * minute));

describe.each(embedded)("on $name", (kind) => {
  test("a slot that nobody rings for runs a second late", async () => {
    const { storage, clock } = await openTime(kind);
    const { callboard, ran, ranAt, missed } = await openProcess(storage, clock);
    await callboard.start();
    await pass(clock, 61 * second - 1, storage);
    expect(ran).toEqual([]);
    await pass(clock, 1, storage);
    expect([ran, ranAt]).toEqual([[at(minute)], [at(61 * second)]]);
    await pass(clock, 3 * minute, storage);
    expect(ran).toEqual(minutes(4));
    expect(missed).toEqual([]);
    await callboard.stop();
  });

  test("a slot that was rung for is not asked for again", async () => {
    const { storage: sound, clock } = await openTime(kind);
    const { storage, claims } = countingClaims(sound);
    const { callboard, bells, ran } = await openProcess(storage, clock);
    await callboard.start();
    await pass(clock, 30 * second, storage);
    const before = claims();
    await pass(clock, 30 * second, storage);
    await bells.tick("report", at(minute));
    await pass(clock, 59 * second, storage);
    expect(ran).toEqual([at(minute)]);
    expect(claims() - before).toBe(1);
    await callboard.stop();
  });

  test("a job that is new begins with the slots to come", async () => {
    const { storage, clock } = await openTime(kind);
    await clock.advance(90 * second);
    const { callboard, ran, missed } = await openProcess(storage, clock);
    await callboard.start();
    await pass(clock, 29 * second, storage);
    expect(ran).toEqual([]);
    await pass(clock, 2 * second, storage);
    expect([ran, missed]).toEqual([[at(2 * minute)], []]);
    await callboard.stop();
  });

  test("the first slot of a job runs though the process that first knew of it is gone by then", async () => {
    const { storage, clock } = await openTime(kind);
    const first = await openProcess(storage, clock, { cron: "0 8 * * *" });
    await first.callboard.start();
    await pass(clock, 2 * second, storage);
    await first.callboard.stop();
    await clock.advance(8.5 * hour);
    const other = await openProcess(storage, clock, { cron: "0 8 * * *" });
    await other.callboard.start();
    await pass(clock, 2 * second, storage);
    expect(other.ran).toEqual([at(8 * hour)]);
    await other.callboard.stop();
  });

  test("a slot that a deploy straddles runs once", async () => {
    const { storage, clock } = await openTime(kind);
    const old = await openProcess(storage, clock);
    await old.callboard.start();
    await pass(clock, 59.5 * second, storage);
    await old.callboard.stop();
    await clock.advance(0.7 * second);
    const fresh = await openProcess(storage, clock);
    await fresh.callboard.start();
    await pass(clock, 10 * second, storage);
    expect([old.ran, fresh.ran]).toEqual([[], [at(minute)]]);
    await fresh.callboard.stop();
  });

  test("a job that fails is run again after 2 seconds, and after twice as long each time, until its slot is missed", async () => {
    const { storage, clock } = await openTime(kind);
    const work = () => Promise.reject(new Error("not today"));
    const options = { cron: "0 * * * *", maxLatenessMs: minute, work };
    const { callboard, ranAt, missed, logger } = await openProcess(storage, clock, options);
    await callboard.start();
    await pass(clock, hour + 5 * minute, storage);
    const [slot, attempts] = [at(hour), [1, 3, 7, 15, 31]];
    expect(ranAt).toEqual(attempts.map((seconds) => at(hour + seconds * second)));
    expect(missed).toEqual([{ job: "report", first: slot, last: slot, count: 1 }]);
    expect(logger.entries.filter(({ message }) => message === "a recurring job failed")).toHaveLength(5);
    await callboard.stop();
  });

  test("a slot that fails until the next one comes is told of as missed when that one runs", async () => {
    const { storage, clock } = await openTime(kind);
    const work = async (slot: Date) => {
      if (slot <= at(2 * minute)) throw new Error("not today");
    };
    const { callboard, ran, missed } = await openProcess(storage, clock, { work });
    await callboard.start();
    await pass(clock, 4 * minute, storage);
    expect(ran.filter((slot) => slot > at(2 * minute))).toEqual([at(3 * minute)]);
    expect(missed).toEqual([{ job: "report", first: at(minute), last: at(2 * minute), count: 2 }]);
    await callboard.stop();
  });

  test.each(["in both", "in one", "in none"])(
    "two processes run each slot once, with a scheduler that rings %s",
    async (rings) => {
      const { storage, clock } = await openTime(kind);
      const processes = await Promise.all([
        openProcess(storage, clock, rings === "in none" ? {} : { scheduler: inProcessScheduler() }),
        openProcess(storage, clock, rings === "in both" ? { scheduler: inProcessScheduler() } : {}),
      ]);
      for (const { callboard } of processes) await callboard.start();
      await pass(clock, 10.5 * minute, storage);
      expect(processes.flatMap(({ ran }) => ran).sort((one, other) => Number(one) - Number(other))).toEqual(
        minutes(10),
      );
      expect(processes.flatMap(({ missed }) => missed)).toEqual([]);
      for (const { callboard } of processes) await callboard.stop();
    },
  );

  test.each([
    ["ahead by an hour", hour],
    ["ahead by two hours, which is more than a slot may be late", 2 * hour],
    ["ahead by seven seconds", 7 * second],
    ["back by an hour", -hour],
    ["back by two hours", -2 * hour],
    ["back by seven seconds", -7 * second],
  ])(
    "two processes run each slot once, though the clock of one is set %s and right again",
    async (_, offsetMs) => {
      const { storage, clock } = await openTime(kind);
      const wrong = wrongClock(clock);
      const processes = [await openProcess(storage, wrong), await openProcess(storage, clock)];
      for (const { callboard } of processes) await callboard.start();
      await pass(clock, 2.5 * minute, storage);
      wrong.set(offsetMs);
      await pass(clock, 5 * minute, storage);
      wrong.set(0);
      await pass(clock, 3 * minute, storage);
      expect(processes.flatMap(({ ran }) => ran).sort((one, other) => Number(one) - Number(other))).toEqual(
        minutes(10),
      );
      expect(processes.flatMap(({ missed }) => missed)).toEqual([]);
      for (const { callboard } of processes) await callboard.stop();
    },
  );

  test.each([
    ["by its scheduler", inProcessScheduler, 0],
    ["by nobody", manualScheduler, second],
  ])(
    "a process alone that is rung for %s runs each slot at its time though its clock is two hours ahead, and when it is set right",
    async (_, scheduler, lateMs) => {
      const { storage, clock } = await openTime(kind);
      const wrong = wrongClock(clock);
      wrong.set(2 * hour);
      const times: Date[] = [];
      const work = async () => void times.push(clock.now());
      const { callboard, ran, missed } = await openProcess(storage, wrong, { scheduler: scheduler(), work });
      await callboard.start();
      await pass(clock, 5.5 * minute, storage);
      wrong.set(0);
      await pass(clock, 5 * minute, storage);
      expect(ran).toEqual(minutes(10));
      expect(times.map((time, index) => time.getTime() - ran[index]!.getTime())).toEqual(
        ran.map((slot) => (slot <= at(6 * minute) ? 0 : lateMs)),
      );
      expect(missed).toEqual([]);
      await callboard.stop();
    },
  );

  test("a process alone whose clock is set back goes on when it is set right, and tells what was missed", async () => {
    const { storage, clock } = await openTime(kind);
    const wrong = wrongClock(clock);
    const { callboard, ran, missed } = await openProcess(storage, wrong);
    await callboard.start();
    await pass(clock, 2.5 * minute, storage);
    wrong.set(-hour);
    await pass(clock, 5 * minute, storage);
    wrong.set(0);
    await pass(clock, 3 * minute, storage);
    expect(ran).toEqual([1, 2, 7, 8, 9, 10].map((one) => at(one * minute)));
    expect(missed).toEqual([{ job: "report", first: at(3 * minute), last: at(6 * minute), count: 4 }]);
    await callboard.stop();
  });

  test("a process alone whose clock is two hours slow runs its slots by that clock", async () => {
    const { storage, clock } = await openTime(kind);
    const wrong = wrongClock(clock);
    wrong.set(-2 * hour);
    const { callboard, ran, missed } = await openProcess(storage, wrong);
    await callboard.start();
    await pass(clock, 3.5 * minute, storage);
    expect(ran).toEqual([1, 2, 3].map((one) => at(one * minute - 2 * hour)));
    expect(missed).toEqual([]);
    await callboard.stop();
  });
});

describe("in a process", () => {
  const memory = embedded[0]!;

  test("a job that fails for an hour is run again every five minutes", async () => {
    const { storage, clock } = await openTime(memory);
    const work = () => Promise.reject(new Error("not today"));
    const { callboard, ranAt } = await openProcess(storage, clock, { cron: "0 * * * *", work });
    await callboard.start();
    await pass(clock, 1.5 * hour, storage);
    const attempts = [1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1_111, 1_411, 1_711];
    expect(ranAt).toEqual(attempts.map((seconds) => at(hour + seconds * second)));
    await callboard.stop();
  });

  test("a job that fails when it is rung for is run again without another ring, and begins anew with its pauses later", async () => {
    const { storage, clock } = await openTime(memory);
    const failing = [true, true, false, true, false];
    const work = async () => {
      if (failing.shift()) throw new Error("not today");
    };
    const { callboard, bells, ranAt, missed } = await openProcess(storage, clock, {
      cron: "0 * * * *",
      work,
    });
    await callboard.start();
    for (const slot of [hour, 2 * hour]) {
      await pass(clock, hour - (clock.now().getTime() % hour), storage);
      await expect(bells.tick("report", at(slot))).rejects.toThrow("not today");
    }
    await pass(clock, minute, storage);
    const seconds = [0, 2, 6, 3_600, 3_602];
    expect(ranAt).toEqual(seconds.map((one) => at(hour + one * second)));
    expect(missed).toEqual([]);
    await callboard.stop();
  });

  test("stop() waits up to drainMs for a job that nobody rang for", async () => {
    const { storage, clock } = await openTime(memory);
    const end = Promise.withResolvers<void>();
    const { callboard, ran } = await openProcess(storage, clock, { work: () => end.promise });
    await callboard.start();
    await clock.advance(61 * second);
    expect(ran).toEqual([at(minute)]);
    let stopped = false;
    const stopping = callboard.stop({ drainMs: 10_000 }).then(() => {
      stopped = true;
    });
    await clock.advance(9_999);
    expect(stopped).toBe(false);
    end.resolve();
    await clock.advance(0);
    expect(stopped).toBe(true);
    expect(clock.pendingTimers).toBe(0);
    await stopping;
  });

  test("stop() ends the looks, and start() begins them again with what came meanwhile", async () => {
    const { storage, clock } = await openTime(memory);
    const { callboard, ran } = await openProcess(storage, clock);
    await callboard.start();
    await clock.advance(30 * second);
    await callboard.stop();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(minute);
    expect(ran).toEqual([]);
    await callboard.start();
    await clock.advance(second);
    expect(ran).toEqual([at(minute)]);
    await callboard.stop();
  });

  test("a job that runs for long has two transactions at most, whoever rings meanwhile, and goes on when it has ended", async () => {
    const { storage: sound, clock } = await openTime(memory);
    const { storage, claims } = countingClaims(sound);
    const end = Promise.withResolvers<void>();
    const scheduler = inProcessScheduler();
    const { callboard, ran, missed } = await openProcess(storage, clock, {
      scheduler,
      work: () => end.promise,
    });
    await callboard.start();
    await clock.advance(minute);
    const before = claims();
    await clock.advance(9.5 * minute);
    expect(ran).toEqual([at(minute)]);
    expect(claims() - before).toBeLessThanOrEqual(1);
    end.resolve();
    await clock.advance(2 * second);
    expect(ran).toEqual([1, 2, 10].map((one) => at(one * minute)));
    expect(missed).toEqual([{ job: "report", first: at(3 * minute), last: at(9 * minute), count: 7 }]);
    await callboard.stop();
  });

  test("a process without jobs has no timer for them", async () => {
    const { storage, clock } = await openTime(memory);
    const { callboard } = stageOn(storage, { clock });
    await callboard.start();
    await clock.advance(0);
    const withoutJobs = clock.pendingTimers;
    for (const name of ["a", "b", "c"])
      await callboard.every(name, { cron: "* * * * *", timeZone: "UTC", run: async () => {} });
    expect([withoutJobs, clock.pendingTimers]).toEqual([1, 2]);
    await callboard.stop();
  });

  test("a scheduler that takes no timetable is told of, and the job runs a second late", async () => {
    const { storage, clock } = await openTime(memory);
    const err = new Error("the engine is down");
    const scheduler = { ...manualScheduler(), every: () => Promise.reject(err) };
    const { callboard, ran, logger } = await openProcess(storage, clock, { scheduler });
    await callboard.start();
    await clock.advance(61 * second);
    expect(ran).toEqual([at(minute)]);
    expect(logger.entries).toContainEqual({
      level: "warn",
      fields: { err, job: "report" },
      message: "the scheduler took no timetable; the job's slots are looked for every second",
    });
    await callboard.stop();
  });

  test("a job that is given another timetable follows that one alone", async () => {
    const { storage, clock } = await openTime(memory);
    const { callboard, ran, ranAt } = await openProcess(storage, clock);
    await callboard.start();
    await clock.advance(2.5 * minute);
    const hourly: Date[] = [];
    await callboard.every("report", {
      cron: "0 * * * *",
      timeZone: "UTC",
      run: async ({ slot }) => void hourly.push(slot),
    });
    await clock.advance(hour);
    expect(ran).toEqual(minutes(2));
    expect(ranAt).toHaveLength(2);
    expect(hourly).toEqual([at(hour)]);
    await callboard.stop();
  });
});

/** A storage that counts how often it is asked for a slot. */
function countingClaims(sound: EngineStorage) {
  let count = 0;
  const recurring: EngineStorage["recurring"] = {
    claimSlot(...given) {
      count += 1;
      return sound.recurring.claimSlot(...given);
    },
  };
  return { storage: { ...sound, recurring }, claims: () => count };
}
