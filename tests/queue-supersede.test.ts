import type { NotificationStore, Storage } from "@callboard/core/adapter";
import { StorageError } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { failure, openStage, savePeople, stageOn } from "./queue-stage.js";
import { embedded, storages } from "./storages.js";

type Stage = Awaited<ReturnType<typeof openStage>>;

const cancelKey = "order:17";
const first = {
  template: "order_shipped",
  context: { order: "first" },
  userIds: ["ada", "ben"],
  cancelKey,
} as const;
const newer = { ...first, context: { order: "newer" }, supersedes: cancelKey } as const;

/** What each person's notifications say, by their status. */
async function texts({ rows }: Pick<Stage, "rows">): Promise<string[]> {
  const all = await rows();
  return all.map(({ userId, content, status }) => `${userId} ${status} ${content.text}`).sort();
}

/** The storage with some of its verbs replaced. */
function withVerbs<Tx>(
  storage: Storage<Tx>,
  replace: (verbs: NotificationStore<Tx>) => Partial<NotificationStore<Tx>>,
): Storage<Tx> {
  const { notifications } = storage;
  return { ...storage, notifications: { ...notifications, ...replace(notifications) } };
}

describe.each(storages)("on $name", { timeout: 60_000 }, (kind) => {
  test("supersedes cancels what waits under the key, with the batch that says it better, and tells the listeners", async () => {
    const stage = await openStage(kind);
    const { callboard, storage } = stage;
    const cancelled: string[] = [];
    callboard.observe("notification.cancelled", ({ notification }) => void cancelled.push(notification.id));
    const before = await callboard.queueNotificationsToUsers(first);
    const { batchId, queued } = await callboard.queueNotificationsToUsers(newer);
    expect(queued).toHaveLength(2);
    expect(await texts(stage)).toEqual([
      "ada cancelled Order first has left.",
      "ada pending Order newer has left.",
      "ben cancelled Order first has left.",
      "ben pending Order newer has left.",
    ]);
    const ids = before.queued.map(({ id }) => id);
    expect(cancelled.sort()).toEqual(ids.toSorted());
    const reason = `Batch ${batchId} says it better.`;
    expect(await storage.notifications.interventionsOf(ids)).toMatchObject(
      ids.map(() => ({ action: "superseded", from: "pending", to: "cancelled", reason, by: null })),
    );
  });

  test("supersedes leaves other keys, other channels and other people alone", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    await callboard.contacts.save([{ userId: "cleo", addresses: { chat: "cleo@chat", mail: "cleo@mail" } }]);
    await callboard.queueNotificationsToUsers({ ...first, userIds: ["ada"] });
    await callboard.queueNotificationsToUsers({ ...first, userIds: ["cleo"], cancelKey: "order:18" });
    await callboard.queueNotificationsToUsers({ ...first, userIds: ["cleo"], channel: "mail" });
    await callboard.queueNotificationsToUsers({ ...newer, userIds: ["ben", "cleo"] });
    const waiting = (await stage.rows()).filter(({ status }) => status === "pending");
    expect(waiting).toHaveLength(5);
  });

  test("supersedes leaves what waits for people who are skipped", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    await callboard.queueNotificationsToUsers(first);
    await callboard.contacts.save([{ userId: "ben", active: false, addresses: { chat: "ben@chat" } }]);
    const { skipped } = await callboard.queueNotificationsToUsers(newer);
    expect(skipped).toMatchObject([{ userId: "ben", reason: "inactive" }]);
    expect(await texts(stage)).toEqual([
      "ada cancelled Order first has left.",
      "ada pending Order newer has left.",
      "ben pending Order first has left.",
    ]);
  });

  test("supersedes of a repeated call, which queues nobody, cancels nothing", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    const keyed = { ...newer, idempotencyKey: "evt_1" };
    await callboard.queueNotificationsToUsers(keyed);
    await callboard.queueNotificationsToUsers({ ...first, context: { order: "between" } });
    const again = await callboard.queueNotificationsToUsers(keyed);
    expect([again.queued.length, again.skipped.length]).toEqual([0, 2]);
    expect((await stage.rows()).map(({ status }) => status)).toEqual([
      "pending",
      "pending",
      "pending",
      "pending",
    ]);
  });

  test("supersedes leaves what a worker has taken to be sent", async () => {
    const stage = await openStage(kind);
    const { callboard, storage } = stage;
    await callboard.queueNotificationsToUsers({ ...first, userIds: ["ada"] });
    await storage.notifications.claim({
      token: "t-1",
      leaseMs: 60_000,
      channels: ["chat"],
      pausedTemplates: [],
      priorities: ["normal"],
      limit: 10,
    });
    await callboard.queueNotificationsToUsers(newer);
    expect(await texts(stage)).toEqual([
      "ada pending Order newer has left.",
      "ada sending Order first has left.",
      "ben pending Order newer has left.",
    ]);
  });

  test("supersedes in a host's transaction that rolls back leaves the old ones waiting", async () => {
    const stage = await openStage(kind);
    const { callboard } = stage;
    const cancelled: unknown[] = [];
    callboard.observe("notification.cancelled", (event) => void cancelled.push(event));
    await callboard.queueNotificationsToUsers(first);
    await failure(
      callboard.transaction(async (transaction) => {
        await callboard.queueNotificationsToUsers(newer, { transaction });
        throw new Error("the host changed its mind");
      }),
    );
    expect(await texts(stage)).toEqual([
      "ada pending Order first has left.",
      "ben pending Order first has left.",
    ]);
    expect(cancelled).toEqual([]);
  });

  test.each(["once", "each-page"] as const)(
    "supersedes with commit: %s cancels page by page what waits for 2,100 people, and nothing of its own",
    async (commit) => {
      const stage = await openStage(kind);
      const { callboard, storage } = stage;
      const userIds = await savePeople(callboard, 2_100);
      await callboard.queueNotificationsToUsers({ ...first, userIds });
      const { queued } = await callboard.queueNotificationsToUsers(
        { ...newer, userIds, idempotencyKey: "evt_2" },
        { commit },
      );
      expect(queued).toHaveLength(2_100);
      const counts = await storage.notifications.count({ from: new Date(0) });
      expect(Object.fromEntries(counts.map(({ status, count }) => [status, count]))).toEqual({
        cancelled: 2_100,
        pending: 2_100,
      });
      expect((await storage.notifications.getMany(queued.map(({ id }) => id))).every(isWaiting)).toBe(true);
    },
  );
});

describe.each(embedded)("on $name", { timeout: 60_000 }, (kind) => {
  test("supersedes that fails in the middle, in a transaction that the host commits all the same, leaves the old ones waiting at their time", async () => {
    const stage = await openStage(kind);
    const userIds = await savePeople(stage.callboard, 1_500);
    const at = new Date("2026-03-01T08:00:00Z");
    await stage.callboard.queueNotificationsToUsers({ ...first, userIds, at });
    let settles = 0;
    const lockedInTheMiddle = withVerbs(stage.storage, ({ settle }) => ({
      async settle(moves, options) {
        settles += 1;
        if (settles === 2) throw new StorageError("conflict", "Lock wait timeout");
        return settle(moves, options);
      },
    }));
    const { callboard } = stageOn(lockedInTheMiddle, { clock: stage.clock });
    await callboard.transaction(async (transaction) => {
      const error = await failure(
        callboard.queueNotificationsToUsers({ ...newer, userIds }, { transaction }),
      );
      expect(error).toMatchObject({ fault: "conflict" });
    });
    const rows = await stage.rows();
    expect(rows).toHaveLength(1_500);
    for (const row of rows) {
      expect(row).toMatchObject({
        status: "pending",
        content: { text: "Order first has left." },
        nextAttemptAt: at,
      });
    }
    expect(settles).toBe(3);
  });

  test("supersedes that meets a conflict in a transaction of our own is repeated, and cancels each once", async () => {
    const stage = await openStage(kind);
    await stage.callboard.queueNotificationsToUsers(first);
    let settles = 0;
    const conflicting = withVerbs(stage.storage, ({ settle }) => ({
      async settle(moves, options) {
        settles += 1;
        if (settles === 1) throw new StorageError("conflict", "Deadlock");
        return settle(moves, options);
      },
    }));
    const { callboard } = stageOn(conflicting, { clock: stage.clock });
    const cancelled: string[] = [];
    callboard.observe(
      "notification.cancelled",
      ({ notification }) => void cancelled.push(notification.userId),
    );
    await callboard.queueNotificationsToUsers(newer);
    expect(cancelled.sort()).toEqual(["ada", "ben"]);
    expect(await texts(stage)).toEqual([
      "ada cancelled Order first has left.",
      "ada pending Order newer has left.",
      "ben cancelled Order first has left.",
      "ben pending Order newer has left.",
    ]);
  });
});

function isWaiting({ status }: { readonly status: string }): boolean {
  return status === "pending";
}
