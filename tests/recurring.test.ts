import { describe, expect, test } from "vitest";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { storages } from "./storages.js";

const slot = new Date("2026-01-05T06:00:00Z");
const next = new Date("2026-01-06T06:00:00Z");
const daily = { cron: "0 8 * * *", timeZone: "Africa/Harare" };
const reminder = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] } as const;

describe.each(storages)("on $name", (kind) => {
  test("every() gives the scheduler the job's timetable", async () => {
    const { callboard, bells } = await openStage(kind);
    await callboard.every("daily", { ...daily, run: async () => {} });
    expect([...bells.jobs.values()]).toEqual([{ name: "daily", ...daily }]);
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

  test("every() refuses an empty name", async () => {
    const { callboard, bells } = await openStage(kind);
    expect(await failure(callboard.every("", { ...daily, run: async () => {} }))).toMatchObject({
      name: "InvalidOptionsError",
      path: "every(name)",
    });
    expect(bells.jobs.size).toBe(0);
  });
});
