import { mariadb, postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { clockJumps } from "./experiments/clock-jumps.js";
import { present, sqlite } from "./experiments/databases.js";
import { slotJumps } from "./experiments/slot-jumps.js";

const timeout = 120_000;
const hour = 3_600_000;

describe.concurrent.each(present([sqlite, postgres, mariadb.mysql2]))("on $name", (database) => {
  test("a host whose clock jumps by up to an hour sends each notification once, and none before the database's clock says", {
    timeout,
  }, async () => {
    const counts = await clockJumps({ database, notifications: 60, everyMs: 200 });
    expect(counts).toMatchObject({
      early: 0,
      sent: 60,
      repeatedSends: 0,
      unsent: {},
      crashes: 0,
      troubles: [],
    });
  });
});

describe.concurrent("on SQLite", () => {
  test("a store that goes by the host's clock is found: it sends too early", { timeout }, async () => {
    const { early } = await clockJumps({
      ...{ database: sqlite, notifications: 20, everyMs: 100, leadMs: 5_000, byHostClock: true },
    });
    expect(early).toBeGreaterThan(0);
  });

  test("attempts of a host whose clock jumps have the duration that they took", {
    timeout,
  }, async () => {
    const { strangeDurations } = await clockJumps({ database: sqlite, notifications: 60, everyMs: 200 });
    expect(strangeDurations).toBe(0);
  });

  test("a recurring job runs once for each slot though the clock of one of two hosts jumps back by an hour", {
    timeout,
  }, async () => {
    const counts = await slotJumps({ database: sqlite, offsetMs: -hour, hasOther: true });
    expect(counts).toMatchObject({ early: 0, twice: 0, missed: 0 });
  });

  test.for([
    { direction: "slow", offsetMs: -hour },
    { direction: "fast", offsetMs: hour },
  ])(
    "a recurring job of a single host goes on when its clock, an hour $direction, is set right",
    {
      timeout,
    },
    async ({ offsetMs }) => {
      const counts = await slotJumps({ database: sqlite, offsetMs, hasOther: false });
      expect(counts).toMatchObject({ early: 0, twice: 0, missedAfterwards: 0 });
    },
  );

  test("a recurring job runs at its time though the clock of one of two hosts jumps ahead by an hour", {
    timeout,
  }, async () => {
    const counts = await slotJumps({ database: sqlite, offsetMs: hour, hasOther: true });
    expect(counts).toMatchObject({ early: 0, twice: 0, missed: 0 });
  });

  test("a store that lets every host run every slot is found: slots run twice", { timeout }, async () => {
    const counts = await slotJumps({ database: sqlite, offsetMs: 0, hasOther: true, unmarked: true });
    expect(counts.twice).toBeGreaterThan(0);
  });

  test("a store that gives slots by the clocks of the hosts is found: they run early, and others never", {
    timeout,
  }, async () => {
    const counts = await slotJumps({ database: sqlite, offsetMs: hour, hasOther: true, byHostClock: true });
    expect(counts.early).toBeGreaterThan(0);
    expect(counts.missed).toBeGreaterThan(0);
  });
});
