import type { LifecycleEvents } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { failure, openStage, savePeople, stageOn } from "./queue-stage.js";
import { openSqlite, storages } from "./storages.js";

type Stage = Awaited<ReturnType<typeof openStage>>;
type Request = Parameters<Stage["callboard"]["notifications"]["cancel"]>[0];

const about17 = {
  template: "order_shipped",
  context: { order: "A-17" },
  userIds: ["ada", "ben"],
  cancelKey: "order:17",
} as const;

/** As many due rows as there are, taken by a worker that does no more with them. */
async function takeAll(
  { notifications }: Pick<Storage, "notifications">,
  channels = ["chat"],
): Promise<string[]> {
  const rows = await notifications.claim({
    token: "t-1",
    leaseMs: 60_000,
    channels,
    pausedTemplates: [],
    priorities: ["high", "normal", "low"],
    limit: 1_000,
  });
  return rows.map(({ id }) => id);
}

async function statuses({ rows }: Pick<Stage, "rows">): Promise<Record<string, string>> {
  return Object.fromEntries((await rows()).map(({ userId, status }) => [userId, status]));
}

function observed({ callboard }: Pick<Stage, "callboard">): LifecycleEvents["notification.cancelled"][] {
  const events: LifecycleEvents["notification.cancelled"][] = [];
  callboard.observe("notification.cancelled", (event) => void events.push(event));
  return events;
}

describe.each(storages)("on $name", { timeout: 60_000 }, (kind) => {
  test("cancel() ends everything that waits under the key, and keeps who did it and why", async () => {
    const stage = await openStage(kind);
    const { callboard, storage } = stage;
    const events = observed(stage);
    const { queued } = await callboard.queueNotificationsToUsers(about17);
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada"], cancelKey: "order:18" });
    const decision = { reason: "The order was withdrawn.", by: "hanna" };
    const { cancelled, tooLate } = await callboard.notifications.cancel({
      cancelKey: "order:17",
      ...decision,
    });
    expect(new Set(cancelled)).toEqual(new Set(queued.map(({ id, userId }) => ({ id, userId }))));
    expect(tooLate).toEqual([]);
    const rows = await stage.rows();
    expect(
      rows
        .filter(({ status }) => status === "cancelled")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(queued.map(({ id }) => id).sort());
    expect(rows.find(({ status }) => status === "pending")).toMatchObject({ cancelKey: "order:18" });
    expect(await storage.notifications.interventionsOf([queued[0]!.id])).toEqual([
      {
        notificationId: queued[0]!.id,
        action: "cancelled",
        from: "pending",
        to: "cancelled",
        ...decision,
        at: expect.any(Date),
      },
    ]);
    expect(events.map(({ notification }) => [notification.id, notification.status]).sort()).toEqual(
      queued.map(({ id }) => [id, "cancelled"]).sort(),
    );
  });

  test("cancel() for some people, or on one channel, leaves what waits for the others and on the others", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    await callboard.contacts.save([{ userId: "cleo", addresses: { chat: "cleo@chat", mail: "cleo@mail" } }]);
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada", "ben", "cleo"] });
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["cleo"], channel: "mail" });
    const some = await callboard.notifications.cancel({
      cancelKey: "order:17",
      userIds: ["ada", "ada", "zoe"],
    });
    expect(some.cancelled.map(({ userId }) => userId)).toEqual(["ada"]);
    const mail = await callboard.notifications.cancel({ cancelKey: "order:17", channel: "mail" });
    expect(mail.cancelled.map(({ userId }) => userId)).toEqual(["cleo"]);
    const left = (await stage.rows()).filter(({ status }) => status === "pending");
    expect(left.map(({ userId, channel }) => [userId, channel]).sort()).toEqual([
      ["ben", "chat"],
      ["cleo", "chat"],
    ]);
  });

  test("cancel() by ids ends those alone, whatever their key", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    const { cancelKey: _, ...withoutKey } = about17;
    const { queued } = await callboard.queueNotificationsToUsers(withoutKey);
    const ada = queued.find(({ userId }) => userId === "ada")!;
    const ids = [ada.id, ada.id, "no such id"];
    const { cancelled, tooLate } = await callboard.notifications.cancel({ ids });
    expect([cancelled, tooLate]).toEqual([[{ id: ada.id, userId: "ada" }], []]);
    expect(await statuses(stage)).toEqual({ ada: "cancelled", ben: "pending" });
  });

  test("cancel() that is called again, or for a key that nothing waits under, changes and says nothing", async () => {
    const stage = await openStage(kind);
    const events = observed(stage);
    await stage.callboard.queueNotificationsToUsers(about17);
    await stage.callboard.notifications.cancel({ cancelKey: "order:17" });
    for (const cancelKey of ["order:17", "order:99"]) {
      const result = await stage.callboard.notifications.cancel({ cancelKey });
      expect(result).toEqual({ cancelled: [], tooLate: [] });
    }
    expect(events).toHaveLength(2);
  });

  test("cancel() after a worker has taken a notification says that it is too late, and leaves it", async () => {
    const stage = await openStage(kind);
    const { callboard, storage } = stage;
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada"] });
    const [id = ""] = await takeAll(storage);
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ben"] });
    const byKey = await callboard.notifications.cancel({ cancelKey: "order:17" });
    expect(byKey.cancelled.map(({ userId }) => userId)).toEqual(["ben"]);
    expect(byKey.tooLate).toEqual([{ id, userId: "ada", status: "sending" }]);
    const byId = await callboard.notifications.cancel({ ids: [id] });
    expect(byId).toEqual({ cancelled: [], tooLate: [{ id, userId: "ada", status: "sending" }] });
    expect(await statuses(stage)).toEqual({ ada: "sending", ben: "cancelled" });
    expect(await storage.notifications.interventionsOf([id])).toEqual([]);
  });

  test("cancel() in the host's transaction takes effect with its commit, and tells the listeners after it", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    const events = observed(stage);
    const { queued } = await callboard.queueNotificationsToUsers(about17);
    await callboard.transaction(async (transaction) => {
      const byKey = await callboard.notifications.cancel(
        { cancelKey: "order:17", userIds: ["ada"] },
        { transaction },
      );
      expect(byKey.cancelled).toHaveLength(1);
      const ids = queued.map(({ id }) => id);
      const byIds = await callboard.notifications.cancel({ ids }, { transaction });
      expect(byIds.cancelled.map(({ userId }) => userId)).toEqual(["ben"]);
      expect(events).toEqual([]);
    });
    expect(events).toHaveLength(2);
    expect(await statuses(stage)).toEqual({ ada: "cancelled", ben: "cancelled" });
  });

  test("cancel() in a transaction that rolls back cancels nothing, and tells nobody", async () => {
    const stage = await openStage(kind);
    const { callboard, storage } = stage;
    const events = observed(stage);
    const { queued } = await callboard.queueNotificationsToUsers(about17);
    await failure(
      callboard.transaction(async (transaction) => {
        await callboard.notifications.cancel({ cancelKey: "order:17" }, { transaction });
        throw new Error("the host changed its mind");
      }),
    );
    expect(await statuses(stage)).toEqual({ ada: "pending", ben: "pending" });
    expect(await storage.notifications.interventionsOf(queued.map(({ id }) => id))).toEqual([]);
    expect(events).toEqual([]);
  });

  test("cancel() of 2,100 people ends each of them, by two calls of the store for every 1,000", async () => {
    const stage = await openStage(kind);
    const { callboard, storage, clock } = stage;
    const userIds = await savePeople(callboard, 2_100);
    await callboard.queueNotificationsToUsers({ ...about17, userIds });
    const calls: string[] = [];
    const counting = stageOn(counted(storage, calls), { clock });
    const { cancelled } = await counting.callboard.notifications.cancel({ cancelKey: "order:17" });
    expect(cancelled.map(({ userId }) => userId).sort()).toEqual(userIds);
    expect(calls).toEqual(Array.from({ length: 3 }, () => ["findCancellable", "settle"]).flat());
    expect(await storage.notifications.count({ from: new Date(0) })).toMatchObject([
      { status: "cancelled", count: 2_100 },
    ]);
  });

  test("cancel() in a transaction that keeps seeing as waiting what a worker has taken says that it is too late", async () => {
    const { callboard, storage, clock } = await openStage(kind);
    const { queued } = await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada"] });
    const { notifications } = storage;
    const stale = stageOn(
      { ...storage, notifications: { ...notifications, settle: async () => [] } },
      { clock },
    );
    const result = await stale.callboard.notifications.cancel({ cancelKey: "order:17" });
    expect(result).toEqual({
      cancelled: [],
      tooLate: [{ id: queued[0]!.id, userId: "ada", status: "sending" }],
    });
  });

  test("cancel() of what a worker takes, and gives back, between the look and the step cancels it all the same", async () => {
    const stage = await openStage(kind);
    const { callboard, storage, clock } = stage;
    await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada"] });
    const { notifications } = storage;
    let isTaken = false;
    const busy = stageOn(
      {
        ...storage,
        notifications: {
          ...notifications,
          async settle(moves, options) {
            if (!isTaken) {
              isTaken = true;
              await sendAndFail(storage);
            }
            return notifications.settle(moves, options);
          },
        },
      },
      { clock },
    );
    const { cancelled, tooLate } = await busy.callboard.notifications.cancel({ cancelKey: "order:17" });
    expect([cancelled.length, tooLate.length]).toEqual([1, 0]);
    expect(await stage.rows()).toMatchObject([{ status: "cancelled", attempts: 1 }]);
  });
});

/** The storage, which notes the calls that a cancel makes. */
function counted<Tx>(storage: Storage<Tx>, calls: string[]): Storage<Tx> {
  const { notifications } = storage;
  return {
    ...storage,
    notifications: {
      ...notifications,
      findCancellable(request, options) {
        calls.push("findCancellable");
        return notifications.findCancellable(request, options);
      },
      settle(moves, options) {
        calls.push("settle");
        return notifications.settle(moves, options);
      },
      getMany(ids, options) {
        calls.push("getMany");
        return notifications.getMany(ids, options);
      },
    },
  };
}

/** One attempt that the provider refuses, to be repeated at once. */
async function sendAndFail(storage: Pick<Storage, "notifications">): Promise<void> {
  const [id = ""] = await takeAll(storage);
  await storage.notifications.startAttempts([{ id: "a-1", notificationId: id, leaseToken: "t-1" }]);
  const refusal = { failureClass: "retry", providerCode: "503", message: "Busy.", hint: "Wait." } as const;
  await storage.notifications.record([
    {
      attemptId: "a-1",
      notificationId: id,
      leaseToken: "t-1",
      outcome: "retry",
      providerMessageId: null,
      providerCode: "503",
      message: "Busy.",
      durationMs: 3,
      transition: {
        status: "pending",
        dueInMs: 0,
        attempts: 1,
        crashes: 0,
        uncertainties: 0,
        failure: refusal,
        providerMessageId: null,
        stamps: {},
        acknowledgedWith: null,
        charge: null,
        replayed: false,
      },
    },
  ]);
}

test("cancel() in the host's own SQLite transaction commits and rolls back with its other rows", async () => {
  const clock = testClock();
  const { db, storage } = await openSqlite(clock);
  const { callboard, rows } = stageOn(storage, { clock });
  await callboard.templates.load();
  await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada@chat" } }]);
  await callboard.queueNotificationsToUsers({ ...about17, userIds: ["ada"] });
  const cancelWithin = (end: () => void) =>
    db.transaction().execute(async (transaction) => {
      await callboard.notifications.cancel({ cancelKey: "order:17" }, { transaction });
      end();
    });
  await failure(
    cancelWithin(() => {
      throw new Error("the host changed its mind");
    }),
  );
  expect(await rows()).toMatchObject([{ status: "pending" }]);
  await cancelWithin(() => {});
  expect(await rows()).toMatchObject([{ status: "cancelled" }]);
});

const mistakes: [what: string, request: unknown, path: string, cure: RegExp][] = [
  ["nothing", {}, "{ cancelKey, ids }", /must be one of the two/],
  ["a key and ids", { cancelKey: "k", ids: ["a"] }, "{ cancelKey, ids }", /must be one of the two/],
  ["ids and people", { ids: ["a"], userIds: ["ada"] }, "{ ids }", /Leave out userIds and channel/],
  ["ids and a channel", { ids: ["a"], channel: "chat" }, "{ ids }", /Leave out userIds and channel/],
  ["a misspelt option", { cancelkey: "k" }, "{ cancelkey }", /is no option\. Known: cancelKey, userIds/],
  ["an empty key", { cancelKey: "" }, "{ cancelKey }", /must be a string of 1 to 255 characters/],
  ["a key that is a number", { cancelKey: 17 }, "{ cancelKey }", /Write String\(…\) if it is a number/],
  ["a key that cannot be stored", { cancelKey: "a\u0000" }, "{ cancelKey }", /U\+0000/],
  ["ids that are no list", { ids: "a" }, "{ ids }", /must be an array of strings/],
  ["an id that is a number", { ids: ["a", 7] }, "{ ids[1] }", /must be a string of 1 to 255 characters/],
  [
    "a person without an id",
    { cancelKey: "k", userIds: ["ada", ""] },
    "{ userIds[1] }",
    /must be a string of 1 to/,
  ],
  [
    "an empty reason",
    { cancelKey: "k", reason: "" },
    "{ reason }",
    /must be a string of 1 to 1000 characters/,
  ],
  ["an endless reason", { cancelKey: "k", reason: "x".repeat(1_001) }, "{ reason }", /1 to 1000 characters/],
  ["nobody who does it", { cancelKey: "k", by: "" }, "{ by }", /must be a string of 1 to 255 characters/],
];

test.each(mistakes)(
  "cancel() with %s is refused with its path and the cure",
  async (_what, request, path, cure) => {
    const stage = await openStage(storages[0]!);
    await stage.callboard.queueNotificationsToUsers({ ...about17, cancelKey: "k" });
    const error = await failure(stage.callboard.notifications.cancel(request as Request));
    expect(error).toMatchObject({
      name: "InvalidOptionsError",
      path: `notifications.cancel(${path})`,
      message: expect.stringMatching(cure),
    });
    expect(await statuses(stage)).toEqual({ ada: "pending", ben: "pending" });
  },
);

test("cancel() on a channel that no transport has is refused with those that there are", async () => {
  const { callboard } = await openStage(storages[0]!);
  const error = await failure(
    callboard.notifications.cancel({ cancelKey: "k", channel: "fax" } as unknown as Request),
  );
  expect(error).toMatchObject({ name: "UnknownChannelError", channel: "fax", known: ["chat", "mail"] });
});
