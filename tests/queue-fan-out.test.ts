import { IdempotencyConflictError, type QueueProgress } from "@callboard/core";
import type { NotificationStore, Scheduler, Storage } from "@callboard/core/adapter";
import { manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { failure, openStage, savePeople, stageOn } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

const message = { template: "order_shipped", context: { order: "A-17" } } as const;
const keyed = { ...message, idempotencyKey: "evt_1" };
const eachPage = { commit: "each-page" } as const;

/** A stage with 2,100 people, which are three pages. */
async function openCrowd(kind: StorageKind, options?: Parameters<typeof openStage>[1]) {
  const stage = await openStage(kind, options);
  return { ...stage, userIds: await savePeople(stage.callboard, 2_100) };
}

/** The storage, with another way to insert. */
function inserting<Tx>(
  storage: Storage<Tx>,
  insertMany: (
    rows: Parameters<NotificationStore["insertMany"]>[0],
    insert: () => ReturnType<NotificationStore["insertMany"]>,
  ) => ReturnType<NotificationStore["insertMany"]>,
): Storage<Tx> {
  const { notifications } = storage;
  return {
    ...storage,
    notifications: {
      ...notifications,
      insertMany: (rows, options) => insertMany(rows, () => notifications.insertMany(rows, options)),
    },
  };
}

/** A storage that takes no third page. */
function dyingInTheMiddle<Tx>(storage: Storage<Tx>): Storage<Tx> {
  let pages = 0;
  return inserting(storage, async (_rows, insert) => {
    pages += 1;
    if (pages === 3) throw new Error("the process was killed");
    return insert();
  });
}

describe.each(storages)("on $name", { timeout: 30_000 }, (kind) => {
  test("commit: each-page rings for every 1,000 people as soon as they are committed", async () => {
    const bells = manualScheduler();
    const visible: number[] = [];
    const scheduler: Scheduler = {
      ...bells,
      async wake(ids, at, options) {
        visible.push((await storage.notifications.getMany(ids)).length);
        await bells.wake(ids, at, options);
      },
    };
    const { callboard, storage, userIds } = await openCrowd(kind, { scheduler });
    const { queued } = await callboard.queueNotificationsToUsers({ ...keyed, userIds }, eachPage);
    expect(visible).toEqual([1_000, 1_000, 100]);
    expect(bells.wakes.flatMap(({ ids }) => ids).sort()).toEqual(queued.map(({ id }) => id).sort());
  });

  test("commit: each-page that dies in the middle leaves whole pages, and the same call again queues the others", async () => {
    const { storage, clock, userIds, rows } = await openCrowd(kind);
    const dying = stageOn(dyingInTheMiddle(storage), { clock });
    const request = { ...keyed, userIds };
    expect(await failure(dying.callboard.queueNotificationsToUsers(request, eachPage))).toMatchObject({
      message: "the process was killed",
    });
    const left = await rows();
    expect(left.map(({ userId }) => userId).sort()).toEqual(userIds.slice(0, 2_000));
    expect(dying.bells.wakes.flatMap(({ ids }) => ids)).toHaveLength(2_000);

    const { callboard, bells } = stageOn(storage, { clock });
    const progress: QueueProgress[] = [];
    const again = await callboard.queueNotificationsToUsers(request, {
      ...eachPage,
      onProgress: (one) => progress.push(one),
    });
    expect(again.queued.map(({ userId }) => userId).sort()).toEqual(userIds.slice(2_000));
    expect(again.skipped.map(({ userId }) => userId).sort()).toEqual(userIds.slice(0, 2_000));
    expect(new Set(again.skipped.map(({ reason }) => reason))).toEqual(new Set(["duplicate"]));
    expect(progress.map(({ queued, skipped }) => [queued, skipped])).toEqual([
      [0, 1_000],
      [0, 2_000],
      [100, 2_000],
    ]);
    expect((await rows()).map(({ userId }) => userId).sort()).toEqual(userIds);
    // The rings of the call that died may be lost with its process.
    expect(new Set(bells.wakes.flatMap(({ ids }) => ids))).toEqual(
      new Set((await rows()).map(({ id }) => id)),
    );
  });

  test("commit: each-page takes the members of groups as well, each person once", async () => {
    const { callboard, userIds, rows } = await openCrowd(kind);
    await callboard.groups.ensure(["All"]);
    await callboard.groups.addMembers("All", userIds);
    const request = { ...keyed, userIds: userIds.slice(500, 1_600), groupNames: ["All"] };
    const { queued, skipped, warnings } = await callboard.queueNotificationsToUsers(request, eachPage);
    expect(queued.map(({ userId }) => userId).sort()).toEqual(userIds);
    expect([skipped, warnings]).toEqual([[], []]);
    expect(await rows()).toHaveLength(2_100);
  });

  test("commit: each-page that meets a conflict leaves nothing of that page, and the pages before it", async () => {
    const { callboard, bells, userIds, rows } = await openCrowd(kind);
    await callboard.queueNotificationsToUsers({ ...keyed, userIds: ["u-1500"] });
    const other = { ...keyed, context: { order: "B-2" }, userIds };
    const error = await failure(callboard.queueNotificationsToUsers(other, eachPage));
    expect(error).toBeInstanceOf(IdempotencyConflictError);
    expect((await rows()).map(({ userId }) => userId).sort()).toEqual([...userIds.slice(0, 1_000), "u-1500"]);
    expect(bells.wakes.map(({ ids }) => ids.length)).toEqual([1, 1_000]);
  });

  test("commit: once, the default, that dies in the middle leaves nothing, and never rings", async () => {
    const { storage, clock, userIds, rows } = await openCrowd(kind);
    for (const options of [undefined, {}, { commit: "once" }] as const) {
      const { callboard, bells } = stageOn(dyingInTheMiddle(storage), { clock });
      await failure(callboard.queueNotificationsToUsers({ ...keyed, userIds }, options));
      expect(await rows()).toEqual([]);
      expect(bells.wakes).toEqual([]);
    }
  });

  test.each(["once", "each-page"] as const)(
    "onProgress with commit: %s is told after each page how many were queued and skipped",
    async (commit) => {
      const { callboard, userIds } = await openCrowd(kind);
      const progress: QueueProgress[] = [];
      const { batchId } = await callboard.queueNotificationsToUsers(
        { ...keyed, userIds: ["ghost", ...userIds] },
        { commit, onProgress: (one) => void progress.push(one) },
      );
      expect(progress).toEqual([
        { batchId, queued: 999, skipped: 1 },
        { batchId, queued: 1_999, skipped: 1 },
        { batchId, queued: 2_100, skipped: 1 },
      ]);
    },
  );

  test("onProgress that returns a promise holds up the next page until it resolves", async () => {
    const { storage, clock, userIds } = await openCrowd(kind);
    const steps: string[] = [];
    const watched = inserting(storage, (_rows, insert) => {
      steps.push("page");
      return insert();
    });
    await stageOn(watched, { clock }).callboard.queueNotificationsToUsers(
      { ...keyed, userIds },
      {
        ...eachPage,
        async onProgress() {
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
          steps.push("progress");
        },
      },
    );
    expect(steps).toEqual(["page", "progress", "page", "progress", "page", "progress"]);
  });

  const stops: [how: string, stop: (reason: Error) => unknown][] = [
    [
      "throws",
      (reason) => {
        throw reason;
      },
    ],
    ["rejects", (reason) => Promise.reject(reason)],
  ];
  test.each(stops)(
    "onProgress that %s ends the call with that error, and only committed pages stay",
    async (_how, stop) => {
      const { callboard, bells, userIds, rows } = await openCrowd(kind);
      const reason = new Error("enough");
      const onProgress = () => stop(reason);
      const request = { ...keyed, userIds };
      expect(await failure(callboard.queueNotificationsToUsers(request, { onProgress }))).toBe(reason);
      expect(await rows()).toEqual([]);
      expect(bells.wakes).toEqual([]);
      const call = callboard.queueNotificationsToUsers(request, { ...eachPage, onProgress });
      expect(await failure(call)).toBe(reason);
      expect(await rows()).toHaveLength(1_000);
      expect(bells.wakes.map(({ ids }) => ids.length)).toEqual([1_000]);
    },
  );

  test("a call that is stopped inside a transaction leaves nothing, also when the host catches it and commits", async () => {
    const { callboard, userIds, rows } = await openCrowd(kind);
    await callboard.transaction(async (transaction) => {
      await callboard.queueNotificationsToUsers({ ...message, userIds: ["ada"] }, { transaction });
      const onProgress = ({ queued }: QueueProgress) => {
        if (queued === 2_000) throw new Error("enough");
      };
      await failure(
        callboard.queueNotificationsToUsers({ ...message, userIds }, { transaction, onProgress }),
      );
    });
    expect(await rows()).toMatchObject([{ userId: "ada" }]);
  });

  const mistakes: [what: string, option: string, options: object, request: object, cure: RegExp][] = [
    [
      "an unknown key",
      "comit",
      { comit: "once" },
      {},
      /is no option\. Known: transaction, commit, onProgress/,
    ],
    ["an unknown commit", "commit", { commit: "never" }, {}, /must be one of once, each-page/],
    ["progress that is no function", "onProgress", { onProgress: true }, {}, /must be a function/],
    [
      "each-page without a key",
      "commit",
      eachPage,
      { idempotencyKey: undefined },
      /needs an idempotencyKey in the request.*Give one, or choose "once"/,
    ],
    [
      "each-page in a transaction",
      "commit",
      { ...eachPage, transaction: {} },
      {},
      /Leave out transaction, or choose "once"/,
    ],
  ];
  test.each(mistakes)(
    "%s is refused by name, and nothing is written",
    async (_what, option, options, other, cure) => {
      const { callboard, bells, rows } = await openStage(kind);
      const request = { ...keyed, userIds: ["ada"], ...other } as typeof keyed & { userIds: string[] };
      const error = await failure(callboard.queueNotificationsToUsers(request, options));
      expect(error).toMatchObject({
        name: "InvalidOptionsError",
        path: `queueNotificationsToUsers(…, { ${option} })`,
      });
      expect((error as Error).message).toMatch(cure);
      expect(await rows()).toEqual([]);
      expect(bells.wakes).toEqual([]);
    },
  );

  test.each(["once", "each-page"] as const)(
    "commit: %s leaves the event loop a turn between two pages",
    async (commit) => {
      const { storage, clock, userIds } = await openCrowd(kind);
      let turns = 0;
      const turnsAtPages: number[] = [];
      const watched = inserting(storage, (_rows, insert) => {
        turnsAtPages.push(turns);
        return insert();
      });
      const count = () => {
        turns += 1;
        if (turnsAtPages.length < 3) setImmediate(count);
      };
      setImmediate(count);
      await stageOn(watched, { clock }).callboard.queueNotificationsToUsers(
        { ...keyed, userIds },
        { commit },
      );
      expect(turnsAtPages).toHaveLength(3);
      expect(turnsAtPages[1]).toBeGreaterThan(turnsAtPages[0]!);
      expect(turnsAtPages[2]).toBeGreaterThan(turnsAtPages[1]!);
    },
  );

  test("the rows of a page are written in the order of the people's ids, and the results name the right rows", async () => {
    const { storage, clock, userIds } = await openCrowd(kind);
    const written: string[][] = [];
    const watched = inserting(storage, (rows, insert) => {
      written.push(rows.map(({ userId }) => userId));
      return insert();
    });
    const { callboard, rows } = stageOn(watched, { clock });
    const mixed = [
      ...userIds.filter((_, index) => index % 2),
      ...userIds.filter((_, index) => index % 2 === 0),
    ];
    const { queued } = await callboard.queueNotificationsToUsers({ ...keyed, userIds: mixed.toReversed() });
    expect(written.map(({ length }) => length)).toEqual([1_000, 1_000, 100]);
    for (const page of written) expect(page).toEqual([...page].sort());
    const personOf = new Map((await rows()).map(({ id, userId }) => [id, userId]));
    expect(new Map(queued.map(({ id, userId }) => [id, userId]))).toEqual(personOf);
    expect([...personOf.values()].sort()).toEqual(userIds);
  });

  test.each(["once", "each-page"] as const)(
    "two processes that tell the same people in opposite orders at once, with commit: %s, tell each person once",
    async (commit) => {
      const { callboard, storage, clock, userIds, rows } = await openCrowd(kind);
      const other = stageOn(storage, { clock }).callboard;
      const results = await Promise.all([
        callboard.queueNotificationsToUsers({ ...keyed, userIds }, { commit }),
        other.queueNotificationsToUsers({ ...keyed, userIds: userIds.toReversed() }, { commit }),
      ]);
      const queued = results.flatMap((result) => result.queued);
      expect(queued.map(({ userId }) => userId).sort()).toEqual(userIds);
      expect(results.flatMap(({ skipped }) => skipped)).toHaveLength(2_100);
      expect((await rows()).map(({ id }) => id).sort()).toEqual(queued.map(({ id }) => id).sort());
    },
  );

  test("the scheduler is handed at most 1,000 ids at once, each id once", async () => {
    const { callboard, bells, userIds } = await openCrowd(kind);
    const own = await callboard.queueNotificationsToUsers({ ...message, userIds });
    const inTransaction = await callboard.transaction((transaction) =>
      callboard.queueNotificationsToUsers({ ...message, userIds }, { transaction }),
    );
    expect(bells.wakes.map(({ ids }) => ids.length)).toEqual([1_000, 1_000, 100, 1_000, 1_000, 100]);
    expect(bells.wakes.flatMap(({ ids }) => ids).sort()).toEqual(
      [...own.queued, ...inTransaction.queued].map(({ id }) => id).sort(),
    );
  });

  test("a scheduler that is down is asked once, and the log counts everybody who waits for the sweep", async () => {
    let asked = 0;
    const scheduler: Scheduler = {
      ...manualScheduler(),
      async wake() {
        asked += 1;
        if (asked > 1) throw new Error("down");
      },
    };
    const { callboard, userIds, logger } = await openCrowd(kind, { scheduler });
    await callboard.queueNotificationsToUsers({ ...message, userIds });
    expect(asked).toBe(2);
    expect(logger.entries).toMatchObject([{ level: "warn", fields: { count: 1_100 } }]);
  });
});
