import { testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { until } from "./experiments/until.js";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { embedded, storages } from "./storages.js";

// They have just come, by the clock of the stage.
const slot = new Date("2025-12-31T23:20:00Z");
const next = new Date("2025-12-31T23:40:00Z");
const [minute, hour] = [60_000, 3_600_000];

/** So long after the stage's clock begins. */
const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const daily = { cron: "0 8 * * *", timeZone: "Africa/Harare" };
const reminder = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] } as const;

describe.each(storages)("on $name", (kind) => {
  test("every() gives the scheduler the job's timetable", async () => {
    const { callboard, bells } = await openStage(kind);
    await callboard.every("daily", { ...daily, run: async () => {} });
    expect([...bells.jobs.values()]).toMatchObject([{ name: "daily", ...daily }]);
  });

  test("a slot that two processes ring for runs its job once", async () => {
    const first = await openStage(kind);
    const second = stageOn(first.storage, { clock: first.clock });
    const ran: string[] = [];
    await first.callboard.every("daily", { ...daily, run: async () => void ran.push("first") });
    await second.callboard.every("daily", { ...daily, run: async () => void ran.push("second") });
    await first.callboard.start();
    await second.callboard.start();
    await Promise.all([first.bells.tick("daily", slot), second.bells.tick("daily", slot)]);
    await first.bells.tick("daily", slot);
    expect(ran).toHaveLength(1);
    await second.bells.tick("daily", next);
    expect(ran).toHaveLength(2);
    expect(ran[1]).toBe("second");
    await Promise.all([first.callboard.stop(), second.callboard.stop()]);
  });

  test("a slot that comes late, behind one that ran, is over", async () => {
    const { callboard, bells } = await openStage(kind);
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async (tick) => void ran.push(tick.slot) });
    await callboard.start();
    await bells.tick("daily", next);
    await bells.tick("daily", slot);
    expect(ran).toEqual([next]);
    await callboard.stop();
  });

  test("jobs of different names have slots of their own", async () => {
    const { callboard, bells } = await openStage(kind);
    const ran: string[] = [];
    await callboard.every("a", { ...daily, run: async () => void ran.push("a") });
    await callboard.every("b", { ...daily, run: async () => void ran.push("b") });
    await callboard.start();
    await bells.tick("a", slot);
    await bells.tick("b", slot);
    expect(ran).toEqual(["a", "b"]);
    await callboard.stop();
  });

  test("what a job queues commits with its slot, and is rung for after the commit", async () => {
    const { callboard, bells, rows } = await openStage(kind);
    await callboard.every("daily", {
      ...daily,
      run: async ({ transaction }) => {
        await callboard.queueNotificationsToUsers(reminder, { transaction });
        expect(bells.wakes).toEqual([]);
      },
    });
    await callboard.start();
    await bells.tick("daily", slot);
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ userId: "ada" });
    expect(bells.wakes).toMatchObject([{ ids: [row!.id], transaction: undefined }]);
    await callboard.stop();
  });

  test("a job that fails leaves nothing behind, and its slot to the next ring", async () => {
    const { callboard, bells, rows } = await openStage(kind);
    const reason = new Error("not today");
    let runs = 0;
    await callboard.every("daily", {
      ...daily,
      run: async ({ transaction }) => {
        await callboard.queueNotificationsToUsers(reminder, { transaction });
        runs += 1;
        if (runs === 1) throw reason;
      },
    });
    await callboard.start();
    expect(await failure(bells.tick("daily", slot))).toBe(reason);
    expect(await rows()).toEqual([]);
    expect(bells.wakes).toEqual([]);
    await bells.tick("daily", slot);
    expect(runs).toBe(2);
    expect(await rows()).toHaveLength(1);
    await callboard.stop();
  });

  test("every() with a name that is there already replaces the job", async () => {
    const { callboard, bells } = await openStage(kind);
    const ran: string[] = [];
    await callboard.every("daily", { ...daily, run: async () => void ran.push("old") });
    await callboard.every("daily", { ...daily, cron: "0 9 * * *", run: async () => void ran.push("new") });
    await callboard.start();
    await bells.tick("daily", slot);
    expect(ran).toEqual(["new"]);
    expect(bells.jobs.get("daily")).toMatchObject({ cron: "0 9 * * *" });
    await callboard.stop();
  });

  test("a ring for a job that this process does not know is logged, and leaves the slot to one that does", async () => {
    const first = await openStage(kind);
    const second = stageOn(first.storage, { clock: first.clock });
    const ran: string[] = [];
    await second.callboard.every("daily", { ...daily, run: async () => void ran.push("second") });
    await first.callboard.start();
    await second.callboard.start();
    await first.bells.tick("daily", slot);
    expect(first.logger.entries).toContainEqual({
      level: "warn",
      fields: { job: "daily" },
      message: "a tick came for a job that this process does not know",
    });
    await second.bells.tick("daily", slot);
    expect(ran).toEqual(["second"]);
    await Promise.all([first.callboard.stop(), second.callboard.stop()]);
  });

  test("a slot that a fast host rings for runs when the store says that it has come", async () => {
    const { callboard, bells, clock } = await openStage(kind);
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async () => void ran.push(clock.now()) });
    await callboard.start();
    await bells.tick("daily", at(hour));
    await clock.advance(hour - 1);
    expect(ran).toEqual([]);
    await clock.advance(1);
    await until("it has run", () => ran.length > 0);
    expect(ran).toEqual([at(hour)]);
    await callboard.stop();
  });

  test("a slot that a fast host rings for leaves those before it to everybody", async () => {
    const { callboard, bells } = await openStage(kind);
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async (tick) => void ran.push(tick.slot) });
    await callboard.start();
    await bells.tick("daily", at(hour));
    await bells.tick("daily", at(0));
    expect(ran).toEqual([at(0)]);
    await callboard.stop();
  });

  test("every() refuses an empty name", async () => {
    const { callboard, bells } = await openStage(kind);
    expect(await failure(callboard.every("", { ...daily, run: async () => {} }))).toMatchObject({
      name: "InvalidOptionsError",
      path: "every(name)",
    });
    expect(bells.jobs.size).toBe(0);
  });
});

describe("on a host whose clock is fast", () => {
  const memory = embedded[0]!;

  /** With nothing under way but the timer of the next sweep. */
  async function openStarted() {
    const stage = await openStage(memory);
    await stage.callboard.start();
    await stage.clock.advance(0);
    return stage;
  }

  test("a slot that is rung for again and again has one timer, and runs once", async () => {
    const { callboard, bells, clock } = await openStarted();
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async (tick) => void ran.push(tick.slot) });
    const before = clock.pendingTimers;
    for (let ring = 0; ring < 3; ring += 1) await bells.tick("daily", at(minute));
    expect(clock.pendingTimers).toBe(before + 1);
    await bells.tick("daily", at(2 * minute));
    expect(clock.pendingTimers).toBe(before + 2);
    await clock.advance(2 * minute);
    expect(ran).toEqual([at(minute), at(2 * minute)]);
    await callboard.stop();
  });

  test("a slot that is 60 days ahead is asked for again within the hour, since the store's clock may be set", async () => {
    const { storage, clock: storesClock } = await openStage(memory);
    const clock = testClock();
    const { callboard, bells } = stageOn(storage, { clock });
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async () => void ran.push(clock.now()) });
    await callboard.start();
    await bells.tick("daily", at(60 * 24 * hour));
    await storesClock.advance(60 * 24 * hour);
    await clock.advance(hour);
    expect(ran).toEqual([at(hour)]);
    await callboard.stop();
  });

  test("of a job's slots that are ahead 10,000 wait", async () => {
    const { callboard, bells, clock } = await openStarted();
    await callboard.every("daily", { ...daily, run: async () => {} });
    const before = clock.pendingTimers;
    for (let index = 0; index < 10_010; index += 1) await bells.tick("daily", at(hour + index));
    expect(clock.pendingTimers).toBe(before + 10_000);
    await callboard.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test("it is logged once for all slots of a job that wait, and again when others do later", async () => {
    const { callboard, bells, clock, logger } = await openStarted();
    await callboard.every("daily", { ...daily, run: async () => {} });
    const warnings = () => logger.entries.filter(({ level }) => level === "warn").map(({ fields }) => fields);
    const slots = [at(minute), at(2 * minute), at(hour)] as const;
    await bells.tick("daily", slots[0]);
    await bells.tick("daily", slots[1]);
    expect(warnings()).toEqual([{ job: "daily", slot: slots[0], dueInMs: minute }]);
    await clock.advance(2 * minute);
    await bells.tick("daily", slots[2]);
    expect(warnings()).toHaveLength(2);
    await callboard.stop();
  });

  test("stop() waits for no slot that is ahead, and leaves no timer; start() lets those wait that are rung for then", async () => {
    const { callboard, bells, clock } = await openStarted();
    const ran: Date[] = [];
    await callboard.every("daily", { ...daily, run: async (tick) => void ran.push(tick.slot) });
    await bells.tick("daily", at(minute));
    await callboard.stop();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(minute);
    expect(ran).toEqual([]);
    await callboard.start();
    await bells.tick("daily", at(2 * minute + 1));
    await clock.advance(minute + 1);
    expect(ran).toEqual([at(2 * minute + 1)]);
    await callboard.stop();
  });

  test("stop() waits up to drainMs for a job whose slot was ahead and has come", async () => {
    const { callboard, bells, clock } = await openStarted();
    const end = Promise.withResolvers<void>();
    await callboard.every("daily", { ...daily, run: () => end.promise });
    await bells.tick("daily", at(minute));
    await clock.advance(minute);
    let stopped = false;
    const stopping = callboard.stop({ drainMs: 10_000 }).then(() => {
      stopped = true;
    });
    await clock.advance(9_999);
    expect(stopped).toBe(false);
    await clock.advance(1);
    await stopping;
    end.resolve();
  });

  test("a ring that the store answers after stop() sets no timer", async () => {
    const { callboard, bells, clock, storage } = await openStarted();
    await callboard.every("daily", { ...daily, run: async () => {} });
    const end = Promise.withResolvers<void>();
    const others = storage.transaction(() => end.promise);
    const ringing = bells.tick("daily", at(minute));
    const stopping = callboard.stop({ drainMs: 0 });
    end.resolve();
    await Promise.all([others, ringing, stopping]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("a job that fails at a slot that was ahead is logged, and later slots come", async () => {
    const { callboard, bells, clock, logger } = await openStarted();
    const err = new Error("not today");
    const slots = [at(minute), at(2 * minute)] as const;
    const ran: Date[] = [];
    await callboard.every("daily", {
      ...daily,
      run: async (tick) => {
        if (tick.slot.getTime() === slots[0].getTime()) throw err;
        ran.push(tick.slot);
      },
    });
    for (const slot of slots) await bells.tick("daily", slot);
    await clock.advance(2 * minute);
    expect(logger.entries).toContainEqual({
      level: "error",
      fields: { err, job: "daily", slot: slots[0] },
      message: "a recurring job failed",
    });
    expect(ran).toEqual([slots[1]]);
    await callboard.stop();
  });

  test("every() with another timetable ends the old one, also for slots that are ahead", async () => {
    const { callboard, bells, clock } = await openStarted();
    const ran: string[] = [];
    await callboard.every("a", { ...daily, run: async () => void ran.push("a, old") });
    await callboard.every("b", { ...daily, run: async () => void ran.push("b, old") });
    await bells.tick("a", at(minute));
    await bells.tick("b", at(minute));
    await callboard.every("a", { ...daily, cron: "0 9 * * *", run: async () => void ran.push("a, new") });
    await callboard.every("b", { ...daily, run: async () => void ran.push("b, new") });
    await clock.advance(minute);
    expect(ran).toEqual(["b, new"]);
    await callboard.stop();
  });
});
