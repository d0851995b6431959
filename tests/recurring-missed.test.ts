import { StorageError } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import type { EngineStorage } from "./engine-storages.js";
import { until } from "./experiments/until.js";
import { at, hour, type JobOptions, minute, openProcess, openTime, pass, second } from "./recurring-stage.js";
import { embedded } from "./storages.js";

const quarters = { cron: "*/15 * * * *" };
const slotsOf = (minutes: readonly number[]) => minutes.map((one) => at(one * minute));
const gone = (first: number, last: number, count: number) => ({
  ...{ job: "report", first: at(first * minute), last: at(last * minute), count },
});

interface Outage extends Pick<JobOptions, "catchUp" | "maxLatenessMs"> {
  /** When a process is there again. */
  readonly backAtMs: number;
  /** Slots that run then, in minutes. */
  readonly ran: readonly number[];
  readonly missed: ReturnType<typeof gone>[];
}

const outages: Record<string, Outage> = {
  "the latest slot alone by default": {
    ...{ backAtMs: 182 * minute, ran: [180], missed: [gone(15, 165, 11)] },
  },
  "no slot that is later than an hour, by default": {
    ...{ backAtMs: 255 * minute - 2 * second, ran: [240], missed: [gone(15, 225, 15)] },
  },
  "all that are not later than an hour, when it is told to": {
    ...{ backAtMs: 182 * minute, catchUp: "all", ran: [135, 150, 165, 180], missed: [gone(15, 120, 8)] },
  },
  "all of them when they may be that late": {
    ...{ backAtMs: 182 * minute, catchUp: "all", maxLatenessMs: 4 * hour, missed: [] },
    ran: [15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180],
  },
  "one that is exactly as late as it may be": {
    ...{ backAtMs: 240 * minute - second, catchUp: "all", ran: [180, 195, 210, 225] },
    missed: [gone(15, 165, 11)],
  },
  "none when it is told to": {
    ...{ backAtMs: 182 * minute, catchUp: "none", ran: [], missed: [gone(15, 180, 12)] },
  },
  "one that came within the minute, even when it is told to run none": {
    ...{ backAtMs: 180 * minute + 30 * second, catchUp: "none", ran: [180], missed: [gone(15, 165, 11)] },
  },
  "nothing when the latest is later than it may be": {
    ...{ backAtMs: 182 * minute, maxLatenessMs: 2 * minute, ran: [], missed: [gone(15, 180, 12)] },
  },
};

describe.each(embedded)("on $name", (kind) => {
  test.each(Object.entries(outages))(
    "after an outage of three hours a job runs for %s",
    async (_, outage) => {
      const { backAtMs, ran, missed, ...options } = outage;
      const { storage, clock } = await openTime(kind);
      const before = await openProcess(storage, clock, { ...quarters, ...options });
      await before.callboard.start();
      await pass(clock, 5 * minute, storage);
      await before.callboard.stop();
      await clock.advance(backAtMs - 5 * minute);
      const after = await openProcess(storage, clock, { ...quarters, ...options });
      await after.callboard.start();
      await pass(clock, second, storage);
      expect(after.ran).toEqual(slotsOf(ran));
      expect(after.missed).toEqual(missed);
      await pass(clock, 15 * minute, storage);
      expect(after.ran).toHaveLength(ran.length + 1);
      expect(after.missed).toEqual(missed);
      expect(before.ran).toEqual([]);
      await after.callboard.stop();
    },
  );

  test("slots that were missed are told of once, in the log as well, by one of many processes", async () => {
    const { storage, clock } = await openTime(kind);
    const before = await openProcess(storage, clock, quarters);
    await before.callboard.start();
    await pass(clock, 5 * minute, storage);
    await before.callboard.stop();
    await clock.advance(55 * minute);
    const after = await Promise.all([1, 2, 3].map(() => openProcess(storage, clock, quarters)));
    await Promise.all(after.map(({ callboard }) => callboard.start()));
    await pass(clock, second, storage);
    expect(after.flatMap(({ ran }) => ran)).toEqual(slotsOf([60]));
    expect(after.flatMap(({ missed }) => missed)).toEqual([gone(15, 45, 3)]);
    const warnings = after.flatMap(({ logger }) => logger.entries).filter(({ level }) => level === "warn");
    expect(warnings).toEqual([
      {
        level: "warn",
        fields: gone(15, 45, 3),
        message: "slots of a recurring job were missed: no process ran them in time",
      },
    ]);
    await Promise.all(after.map(({ callboard }) => callboard.stop()));
  });

  test("slots that a job is to make up for run in one transaction: when one fails, none has run, and nothing was missed", async () => {
    const { storage, clock } = await openTime(kind);
    const before = await openProcess(storage, clock, quarters);
    await before.callboard.start();
    await pass(clock, second, storage);
    await before.callboard.stop();
    await clock.advance(30 * minute);
    let failures = 1;
    const work = async (slot: Date) => {
      if (slot.getTime() === at(30 * minute).getTime() && failures-- > 0) throw new Error("not today");
    };
    const options = { ...quarters, catchUp: "all", maxLatenessMs: 20 * minute, work } as const;
    const after = await openProcess(storage, clock, options);
    await after.callboard.start();
    await pass(clock, second, storage);
    expect([after.ran, after.missed]).toEqual([slotsOf([15, 30]), []]);
    await pass(clock, 10 * second, storage);
    expect([after.ran, after.missed]).toEqual([slotsOf([15, 30, 15, 30]), []]);
    await after.callboard.stop();
  });

  test("slots that were missed are told of when the job has run, and not each time that it fails", async () => {
    const { storage, clock } = await openTime(kind);
    const before = await openProcess(storage, clock, quarters);
    await before.callboard.start();
    await pass(clock, second, storage);
    await before.callboard.stop();
    await clock.advance(30 * minute);
    let failures = 2;
    const work = async () => {
      if (failures-- > 0) throw new Error("not today");
    };
    const after = await openProcess(storage, clock, { ...quarters, work });
    await after.callboard.start();
    await pass(clock, 5 * second, storage);
    expect([after.ran, after.missed]).toEqual([slotsOf([30, 30]), []]);
    await pass(clock, 5 * second, storage);
    expect([after.ran, after.missed]).toEqual([slotsOf([30, 30, 30]), [gone(15, 15, 1)]]);
    await after.callboard.stop();
  });

  test("a ring for the first slot of a job that comes too late tells of a missed slot, and runs nothing", async () => {
    const { storage, clock } = await openTime(kind);
    const { callboard, bells, ran, missed } = await openProcess(storage, clock, quarters);
    await callboard.start();
    await clock.advance(0);
    await bells.tick("report", at(-75 * minute));
    expect(ran).toEqual([]);
    expect(missed).toEqual([gone(-75, -75, 1)]);
    await callboard.stop();
  });
});

test("slots that were missed are told of once though the database undoes the first run at its commit", async () => {
  const { storage: sound, clock } = await openTime(embedded[0]!);
  const before = await openProcess(sound, clock, quarters);
  await before.callboard.start();
  await pass(clock, second, sound);
  await before.callboard.stop();
  await clock.advance(30 * minute);
  let conflicts = 0;
  const transaction: EngineStorage["transaction"] = (work) =>
    sound.transaction(async (tx) => {
      const result = await work(tx);
      if (ran.length > 0 && conflicts++ === 0) throw new StorageError("conflict", "try again");
      return result;
    });
  const { callboard, ran, missed } = await openProcess({ ...sound, transaction }, clock, quarters);
  await callboard.start();
  await pass(clock, second, sound);
  await until("it has run again", () => missed.length > 0);
  expect([ran, missed]).toEqual([slotsOf([30, 30]), [gone(15, 15, 1)]]);
  await callboard.stop();
});

test("slots that were missed are counted up to 1,000, and the last 1,000 of a year are made up for", async () => {
  const { storage, clock } = await openTime(embedded[0]!);
  const options = { catchUp: "all", maxLatenessMs: 365 * 24 * hour } as const;
  const before = await openProcess(storage, clock, options);
  await before.callboard.start();
  await pass(clock, second, storage);
  await before.callboard.stop();
  await clock.advance(5_000 * minute);
  const after = await openProcess(storage, clock, options);
  await after.callboard.start();
  await pass(clock, second, storage);
  expect(after.ran).toEqual(Array.from({ length: 1_000 }, (_, index) => at((4_001 + index) * minute)));
  expect(after.missed).toEqual([gone(1, 4_000, 1_000)]);
  await after.callboard.stop();
});
