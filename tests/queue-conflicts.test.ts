import { type QueueProgress, StorageError } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { failure, openStage, savePeople, stageOn } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

const request = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada", "ben"] } as const;
const conflict = () => new StorageError("conflict", "Another transaction was in the way. Repeat this one.");

/** A storage whose transactions do their work and are then undone, as often as there are errors. */
function undoing<Tx>(storage: Storage<Tx>, errors: unknown[]) {
  const runs = { count: 0 };
  const transaction: Storage<Tx>["transaction"] = (work) =>
    storage.transaction(async (own) => {
      runs.count += 1;
      const result = await work(own);
      if (errors.length > 0) throw errors.shift();
      return result;
    });
  return { storage: { ...storage, transaction }, runs };
}

/** A process on a new storage of this kind, whose transactions meet these errors. */
async function openUndoing(kind: StorageKind, errors: unknown[]) {
  const stage = await openStage(kind);
  const { storage, runs } = undoing(stage.storage, errors);
  return { ...stage, ...stageOn(storage, { clock: stage.clock }), runs };
}

describe.each(storages)("on $name", { timeout: 30_000 }, (kind) => {
  test("a call whose transaction is undone by conflicts is repeated, and tells of the last run alone", async () => {
    const { callboard, rows, bells, runs } = await openUndoing(kind, [conflict(), conflict()]);
    await callboard.groups.ensure(["Nobody"]);
    const emptied: unknown[] = [];
    callboard.observe("group.empty", (event) => void emptied.push(event));
    const { queued, skipped, warnings } = await callboard.queueNotificationsToUsers({
      ...request,
      userIds: ["ada", "ben", "ghost"],
      groupNames: ["Nobody"],
    });
    expect(runs.count).toBe(3);
    expect(queued.map(({ userId }) => userId)).toEqual(["ada", "ben"]);
    expect(skipped.map(({ userId }) => userId)).toEqual(["ghost"]);
    expect(warnings).toHaveLength(1);
    expect((await rows()).map(({ id }) => id).sort()).toEqual(queued.map(({ id }) => id).sort());
    expect(bells.wakes.map(({ ids }) => ids)).toEqual([queued.map(({ id }) => id)]);
    expect(emptied).toHaveLength(1);
  });

  test("onProgress of a call that is repeated begins anew", async () => {
    const { callboard } = await openUndoing(kind, [conflict()]);
    const progress: number[] = [];
    await callboard.queueNotificationsToUsers(request, {
      onProgress: ({ queued }: QueueProgress) => void progress.push(queued),
    });
    expect(progress).toEqual([2, 2]);
  });

  test("a sixth conflict is given up with its own error, and nothing is left", async () => {
    const errors = Array.from({ length: 6 }, conflict);
    const last = errors.at(-1);
    const { callboard, rows, bells, runs } = await openUndoing(kind, errors);
    expect(await failure(callboard.queueNotificationsToUsers(request))).toBe(last);
    expect(runs.count).toBe(6);
    expect(await rows()).toEqual([]);
    expect(bells.wakes).toEqual([]);
  });

  const others: [what: string, error: unknown][] = [
    ["a database that is away", new StorageError("unavailable", "The database was not reached. Try later.")],
    ["an outcome that is unknown", new StorageError("outcome-unknown", "The connection broke. Look.")],
    ["an Error", new Error("no")],
    ["a TypeError", new TypeError("no")],
    ["a network error", new TypeError("fetch failed")],
    ["what is no error", "no"],
  ];
  test.each(others)(
    "a transaction that fails with %s is not repeated, and rejects with it as it is",
    async (_what, error) => {
      const { callboard, rows, runs } = await openUndoing(kind, [error]);
      expect(await failure(callboard.queueNotificationsToUsers(request))).toBe(error);
      expect(runs.count).toBe(1);
      expect(await rows()).toEqual([]);
    },
  );

  test("commit: each-page repeats the page that met a conflict, and no other", async () => {
    const stage = await openStage(kind);
    const userIds = await savePeople(stage.callboard, 2_100);
    const errors: unknown[] = [];
    const { storage, runs } = undoing(stage.storage, errors);
    const { callboard, rows, bells } = stageOn(storage, { clock: stage.clock });
    const progress: number[] = [];
    const { queued, skipped } = await callboard.queueNotificationsToUsers(
      { ...request, userIds, idempotencyKey: "evt_1" },
      {
        commit: "each-page",
        onProgress({ queued: soFar }) {
          progress.push(soFar);
          if (soFar === 1_000) errors.push(conflict(), conflict());
        },
      },
    );
    expect(runs.count).toBe(5);
    expect(progress).toEqual([1_000, 2_000, 2_100]);
    expect([queued.length, skipped.length]).toEqual([2_100, 0]);
    expect((await rows()).map(({ id }) => id).sort()).toEqual(queued.map(({ id }) => id).sort());
    expect(bells.wakes.map(({ ids }) => ids.length)).toEqual([1_000, 1_000, 100]);
  });

  test("transaction() is not repeated, because its work is the host's own", async () => {
    const error = conflict();
    const { callboard, rows, bells } = await openUndoing(kind, [error]);
    let works = 0;
    const work = callboard.transaction(async (transaction) => {
      works += 1;
      await callboard.queueNotificationsToUsers(request, { transaction });
    });
    expect(await failure(work)).toBe(error);
    expect(works).toBe(1);
    expect(await rows()).toEqual([]);
    expect(bells.wakes).toEqual([]);
  });

  test("a call in a transaction that was given is not repeated, and rejects with the first error of a broken one", async () => {
    const { callboard, storage, clock } = await openStage(kind);
    const error = conflict();
    let inserts = 0;
    const insertMany = async () => {
      inserts += 1;
      throw error;
    };
    const discardBatch = () => {
      throw new Error("current transaction is aborted");
    };
    const broken = { ...storage, notifications: { ...storage.notifications, insertMany, discardBatch } };
    const other = stageOn(broken, { clock });
    const work = callboard.transaction((transaction) =>
      other.callboard.queueNotificationsToUsers(request, { transaction }),
    );
    expect(await failure(work)).toBe(error);
    expect(inserts).toBe(1);
  });

  test("group.empty is told after the commit of transaction(), and never when it rolls back", async () => {
    const { callboard } = await openStage(kind);
    await callboard.groups.ensure(["Nobody"]);
    const emptied: unknown[] = [];
    callboard.observe("group.empty", (event) => void emptied.push(event));
    const ask = (transaction: unknown) =>
      callboard.queueNotificationsToUsers({ ...request, groupNames: ["Nobody"] }, { transaction });
    await failure(
      callboard.transaction(async (transaction) => {
        await ask(transaction);
        throw new Error("the host changed its mind");
      }),
    );
    expect(emptied).toEqual([]);
    await callboard.transaction(async (transaction) => {
      await ask(transaction);
      expect(emptied).toEqual([]);
    });
    expect(emptied).toHaveLength(1);
  });

  describe("a recurring job", () => {
    const slot = new Date("2025-12-31T06:00:00Z");

    async function openJob(errors: unknown[]) {
      const stage = await openUndoing(kind, errors);
      const { callboard } = stage;
      await callboard.groups.ensure(["Nobody"]);
      const slots: Date[] = [];
      const emptied: unknown[] = [];
      callboard.observe("group.empty", (event) => void emptied.push(event));
      await callboard.every("daily", {
        cron: "0 8 * * *",
        timeZone: "Africa/Harare",
        maxLatenessMs: 7 * 86_400_000,
        async run({ slot: at, transaction }) {
          slots.push(at);
          await callboard.queueNotificationsToUsers({ ...request, groupNames: ["Nobody"] }, { transaction });
        },
      });
      await callboard.start();
      return { ...stage, slots, emptied };
    }

    test("that is undone by conflicts runs again, and what it queues is there, rung for and told of once", async () => {
      const { callboard, bells, rows, slots, emptied } = await openJob([conflict(), conflict()]);
      await bells.tick("daily", slot);
      expect(slots).toEqual([slot, slot, slot]);
      expect(await rows()).toHaveLength(2);
      expect(bells.wakes.map(({ ids }) => ids.length)).toEqual([2]);
      expect(emptied).toHaveLength(1);
      await bells.tick("daily", slot);
      expect(slots).toHaveLength(3);
      await callboard.stop();
    });

    test("that meets a sixth conflict is given up, and its slot left to the next ring", async () => {
      const { callboard, bells, rows, slots } = await openJob(Array.from({ length: 6 }, conflict));
      expect(await failure(bells.tick("daily", slot))).toMatchObject({ fault: "conflict" });
      expect(slots).toHaveLength(6);
      expect(await rows()).toEqual([]);
      await bells.tick("daily", slot);
      expect(await rows()).toHaveLength(2);
      await callboard.stop();
    });
  });
});

test("between two runs there is a wait of 10 to 200 ms that grows, and that no other call has", async () => {
  const waits = waitsWithoutTime();
  // This storage waits for nothing itself.
  const inMemory = storages.find(({ name }) => name === "memory")!;
  for (let call = 0; call < 2; call += 1) {
    const { callboard } = await openUndoing(inMemory, Array.from({ length: 5 }, conflict));
    await callboard.queueNotificationsToUsers(request);
  }
  expect(waits).toHaveLength(10);
  for (const ms of waits) expect(ms).toSatisfy((wait: number) => wait >= 10 && wait <= 200);
  const [first, second] = [waits.slice(0, 5), waits.slice(5)];
  expect(first).toEqual(first.toSorted((a, b) => a - b));
  expect(first).not.toEqual(second);
});

/** Every wait that is asked for until the test ends; none takes any time. */
function waitsWithoutTime(): number[] {
  const waits: number[] = [];
  const wait = (task: () => void, ms: number) => {
    waits.push(ms);
    return setImmediate(task);
  };
  const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation(wait as unknown as typeof setTimeout);
  onTestFinished(() => spy.mockRestore());
  return waits;
}
