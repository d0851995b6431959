import { IdempotencyConflictError } from "@callboard/core";
import { describe, expect, test } from "vitest";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { storages } from "./storages.js";

const request = {
  template: "order_shipped",
  context: { order: "A-17" },
  userIds: ["ada", "ben"],
  idempotencyKey: "evt_1",
} as const;

describe.each(storages)("on $name", (kind) => {
  test("the same call twice writes once; the second skips each person and names the notification there is", async () => {
    const { callboard, rows } = await openStage(kind);
    const first = await callboard.queueNotificationsToUsers(request);
    const second = await callboard.queueNotificationsToUsers(request);
    expect(first.queued).toHaveLength(2);
    expect(second.queued).toEqual([]);
    expect(second.batchId).not.toBe(first.batchId);
    const hintOf = ({ id, userId }: { id: string; userId: string }) => ({
      userId,
      reason: "duplicate",
      hint: `Notification ${id} (pending) was queued under this idempotency key before.`,
    });
    expect([...second.skipped].sort((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual(
      first.queued.map(hintOf),
    );
    expect(await rows()).toHaveLength(2);
  });

  test("a repeated call rings again for what still waits, since the first ring may have been lost", async () => {
    const { callboard, bells } = await openStage(kind);
    const { queued } = await callboard.queueNotificationsToUsers(request);
    await callboard.queueNotificationsToUsers(request);
    const [first, second, ...more] = bells.wakes.map(({ ids }) => [...ids].sort());
    expect(more).toEqual([]);
    expect(first).toEqual(queued.map(({ id }) => id).sort());
    expect(second).toEqual(first);
  });

  test("a repeated call does not ring for what has been sent, and says so", async () => {
    const { callboard, bells, clock } = await openStage(kind);
    await callboard.start();
    await callboard.queueNotificationsToUsers(request);
    const sent = new Promise<void>((resolve) => {
      let left = 2;
      callboard.observe("notification.sent", () => void (--left === 0 && resolve()));
    });
    await bells.ring();
    await clock.advance(0);
    await sent;
    await callboard.stop();
    const { skipped } = await callboard.queueNotificationsToUsers(request);
    expect(skipped.map(({ hint }) => /\((\w+)\)/.exec(hint)?.[1])).toEqual(["sent", "sent"]);
    expect(bells.wakes).toHaveLength(1);
  });

  test("a repeated call with more people tells only the new ones", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...request, userIds: ["ada"] });
    const { queued, skipped } = await callboard.queueNotificationsToUsers(request);
    expect(queued).toMatchObject([{ userId: "ben" }]);
    expect(skipped).toMatchObject([{ userId: "ada", reason: "duplicate" }]);
    expect(await rows()).toHaveLength(2);
  });

  test.each([
    ["context", { context: { order: "B-2" } }],
    ["metadata", { metadata: { a: 1 } }],
    ["relatedContact", { relatedContact: { id: "c-7" } }],
  ])(
    "the same key with another %s is a conflict, and nothing is written for anybody",
    async (_what, other) => {
      const { callboard, rows, bells } = await openStage(kind);
      const { queued } = await callboard.queueNotificationsToUsers({ ...request, userIds: ["ada"] });
      const error = await failure(callboard.queueNotificationsToUsers({ ...request, ...other }));
      expect(error).toBeInstanceOf(IdempotencyConflictError);
      expect(error).toMatchObject({
        template: "order_shipped",
        idempotencyKey: "evt_1",
        notificationIds: [queued[0]!.id],
      });
      expect(await rows()).toMatchObject([{ userId: "ada" }]);
      expect(bells.wakes).toHaveLength(1);
    },
  );

  test("a conflict in the second thousand of people takes back the first thousand", async () => {
    const { callboard, rows } = await openStage(kind);
    const everybody = Array.from({ length: 1_001 }, (_, n) => `u-${String(n).padStart(4, "0")}`);
    await callboard.contacts.save(
      everybody.map((userId) => ({ userId, addresses: { chat: `${userId}@chat` } })),
    );
    await callboard.queueNotificationsToUsers({ ...request, userIds: ["u-1000"] });
    const other = { ...request, context: { order: "B-2" }, userIds: everybody };
    expect(await failure(callboard.queueNotificationsToUsers(other))).toBeInstanceOf(
      IdempotencyConflictError,
    );
    expect(await rows()).toMatchObject([{ userId: "u-1000" }]);
  });

  test("the same key with other people, times, priority or policy is no conflict", async () => {
    const { callboard } = await openStage(kind);
    await callboard.queueNotificationsToUsers(request);
    const again = await callboard.queueNotificationsToUsers({
      ...request,
      at: new Date("2026-02-01T00:00:00Z"),
      expiresAt: new Date("2026-03-01T00:00:00Z"),
      priority: "low",
      onUncertain: "fail",
    });
    expect(again.skipped.map(({ reason }) => reason)).toEqual(["duplicate", "duplicate"]);
  });

  test("the order of keys and an absent optional field do not change what a call says", async () => {
    const { callboard } = await openStage(kind);
    const call = (context: { order: string; carrier?: string | undefined }, metadata: object) =>
      callboard.queueNotificationsToUsers({
        ...request,
        userIds: ["ada"],
        context: context as { order: string; carrier?: string },
        metadata: metadata as { a: number },
      });
    await call({ order: "A-17", carrier: "DHL" }, { a: 1, b: { c: 2, d: 3 }, e: undefined });
    const again = await call({ carrier: "DHL", order: "A-17" }, { b: { d: 3, c: 2 }, a: 1 });
    expect(again.skipped).toMatchObject([{ reason: "duplicate" }]);
    await expect(call({ order: "A-17" }, { a: 1, b: { c: 2, d: 3 } })).rejects.toThrow(
      IdempotencyConflictError,
    );
  });

  test("the order of a list does change what a call says", async () => {
    const { callboard } = await openStage(kind);
    const call = (tags: string[]) => callboard.queueNotificationsToUsers({ ...request, metadata: { tags } });
    await call(["a", "b"]);
    await expect(call(["b", "a"])).rejects.toThrow(IdempotencyConflictError);
  });

  test("a template that is edited between two calls with one key is no conflict", async () => {
    const { callboard, rows, storage } = await openStage(kind);
    await callboard.queueNotificationsToUsers(request);
    await storage.templates.publish([
      {
        name: "order_shipped",
        body: "Edited: <%= it.order %>",
        buttons: [],
        channels: {},
        contentHash: "edited",
      },
    ]);
    const { skipped } = await callboard.queueNotificationsToUsers(request);
    expect(skipped.map(({ reason }) => reason)).toEqual(["duplicate", "duplicate"]);
    expect((await rows()).map(({ content }) => content.text)).toEqual([
      "Order A-17 has left.",
      "Order A-17 has left.",
    ]);
  });

  test("one key may be used for several templates, and for each channel of a person", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada@chat", mail: "ada@mail" } }]);
    const call = { userIds: ["ada"], idempotencyKey: "evt_1" };
    await callboard.queueNotificationsToUsers({
      ...call,
      template: "order_shipped",
      context: { order: "A" },
    });
    await callboard.queueNotificationsToUsers({ ...call, template: "note", context: { text: "A" } });
    await callboard.queueNotificationsToUsers({
      ...call,
      template: "note",
      context: { text: "A" },
      channel: "mail",
    });
    expect(await rows()).toHaveLength(3);
  });

  test("without a key every call is new", async () => {
    const { callboard, rows } = await openStage(kind);
    const call = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] } as const;
    await callboard.queueNotificationsToUsers(call);
    await callboard.queueNotificationsToUsers(call);
    expect(await rows()).toHaveLength(2);
  });

  test("racing calls with one key from two callboards on one storage write one row for each person", async () => {
    const { callboard, rows, storage, clock } = await openStage(kind);
    const other = stageOn(storage, { clock }).callboard;
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? other : callboard).queueNotificationsToUsers(request)),
    );
    const queued = results.flatMap((result) => result.queued);
    expect(queued.map(({ userId }) => userId).sort()).toEqual(["ada", "ben"]);
    expect(results.flatMap(({ skipped }) => skipped)).toHaveLength(18);
    expect((await rows()).map(({ id }) => id).sort()).toEqual(queued.map(({ id }) => id).sort());
  });
});
