import { createCallboard, defineTemplate } from "@callboard/core";
import type { Recipients, Storage } from "@callboard/core/adapter";
import { fakeTransport, manualScheduler, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, openStage, savePeople, stageOn } from "./queue-stage.js";
import { embedded, type StorageKind, storages } from "./storages.js";

const message = { template: "order_shipped", context: { order: "A-17" } } as const;
const hourMs = 3_600_000;

/** A callboard with events and jobs over an open stage. */
async function openHost(kind: StorageKind) {
  const { storage, clock } = await openStage(kind);
  const scheduler = manualScheduler();
  const callboard = createCallboard({
    storage,
    scheduler,
    transports: [fakeTransport("chat")],
    templates: {
      order_shipped: defineTemplate({
        context: z.object({ order: z.string() }),
        sample: { order: "A-1" },
        body: "Order <%= it.order %> has left.",
      }),
    },
    events: { shipped: z.object({ order: z.string() }), paid: z.object({}) },
    clock,
  });
  return { callboard, storage, scheduler, clock };
}

describe.each(storages)("on $name", { timeout: 60_000 }, (kind) => {
  test("queueNotificationsToUsers() keeps what it was called for", async () => {
    const { callboard, storage } = await openStage(kind);
    await callboard.groups.ensure(["Sales", "Support"]);
    await callboard.groups.addMembers("Sales", ["ada"]);
    const { batchId } = await callboard.queueNotificationsToUsers({
      ...message,
      userIds: ["ben", "ben", "zoe"],
      groupNames: ["Sales", "Support", "Sales"],
      idempotencyKey: "evt_1",
      cancelKey: "order:17",
    });
    expect(await storage.notifications.batch(batchId)).toEqual({
      id: batchId,
      template: "order_shipped",
      templateVersion: 1,
      channel: "chat",
      groupNames: ["Sales", "Support"],
      namedUsers: 2,
      idempotencyKey: "evt_1",
      cancelKey: "order:17",
      origin: null,
      createdAt: expect.any(Date),
    });
  });

  test("queueNotificationsToUsers() keeps everybody whom it skips, but duplicates, with the reason", async () => {
    const { callboard, storage } = await openStage(kind);
    await callboard.contacts.save([{ userId: "off", active: false, addresses: { chat: "off@chat" } }]);
    const keyed = { ...message, userIds: ["ada", "off", "zoe"], idempotencyKey: "evt_1" };
    await callboard.queueNotificationsToUsers({ ...keyed, userIds: ["ada"] });
    const { batchId, skipped } = await callboard.queueNotificationsToUsers(keyed);
    expect(skipped.map(({ userId, reason }) => [userId, reason]).sort()).toEqual([
      ["ada", "duplicate"],
      ["off", "inactive"],
      ["zoe", "unknown-user"],
    ]);
    for (const userId of ["off", "zoe"]) {
      expect(await storage.notifications.skipped({ batchId, userId })).toEqual(
        skipped.find((one) => one.userId === userId),
      );
    }
    expect(await storage.notifications.skipped({ batchId, userId: "ada" })).toBeNull();
  });

  test.each(["once", "each-page"] as const)(
    "queueNotificationsToUsers() with commit: %s keeps one batch for all of its pages, and for nobody at all",
    async (commit) => {
      const { callboard, storage, clock } = await openStage(kind);
      const userIds = await savePeople(callboard, 1_100);
      const calls: string[] = [];
      const counting = stageOn(counted(storage, calls), { clock });
      const keyed = { ...message, idempotencyKey: "evt_1" };
      const { batchId } = await counting.callboard.queueNotificationsToUsers(
        { ...keyed, userIds },
        { commit },
      );
      expect(await storage.notifications.batch(batchId)).toMatchObject({ namedUsers: 1_100 });
      expect(calls).toEqual(["saveBatch", "insertMany", "insertMany"]);
      calls.length = 0;
      const someUnknown = { ...keyed, userIds: [...userIds.slice(0, 1_000), "zoe"] };
      await counting.callboard.queueNotificationsToUsers(someUnknown, { commit });
      expect(calls).toEqual(["saveBatch", "insertMany", "insertMany", "saveSkipped"]);
      const empty = await counting.callboard.queueNotificationsToUsers({ ...keyed, userIds: [] }, { commit });
      expect(await storage.notifications.batch(empty.batchId)).toMatchObject({ namedUsers: 0 });
    },
  );

  test("a hint in which a channel quotes half of a character is kept as well as can be", async () => {
    const person = { userId: "ada", locale: null, active: true, address: "ada@chat", optedOut: false };
    const recipients: Recipients = { find: async () => [{ ...person, name: "😀" }] };
    const quote = ({ text }: { text: string }) => (text.includes("😀") ? [`Not "${text.slice(0, 7)}".`] : []);
    const channel = { ...fakeTransport("chat"), checkContent: quote };
    const { callboard, storage } = await openStage(kind, { recipients, channel });
    const greeting = { template: "greeting", context: {}, userIds: ["ada"] } as const;
    const { batchId, skipped } = await callboard.queueNotificationsToUsers(greeting);
    expect(skipped).toMatchObject([{ reason: "unsendable", hint: 'Not "Hello \ud83d".' }]);
    expect(await storage.notifications.skipped({ batchId, userId: "ada" })).toMatchObject({
      hint: 'Not "Hello \ufffd".',
    });
  });

  test("queueNotificationsToUsers() that fails in a transaction which the host commits leaves no batch", async () => {
    const { callboard, storage, clock } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...message, userIds: ["ada"], idempotencyKey: "evt_1" });
    let id = "";
    const noting = stageOn(
      {
        ...storage,
        notifications: {
          ...storage.notifications,
          saveBatch(batch, options) {
            id = batch.id;
            return storage.notifications.saveBatch(batch, options);
          },
        },
      },
      { clock },
    );
    const other = { ...message, context: { order: "B" }, userIds: ["ada", "zoe"], idempotencyKey: "evt_1" };
    await noting.callboard.transaction((transaction) =>
      failure(noting.callboard.queueNotificationsToUsers(other, { transaction })),
    );
    expect(id).not.toBe("");
    expect(await storage.notifications.batch(id)).toBeNull();
    expect(await storage.notifications.skipped({ batchId: id, userId: "zoe" })).toBeNull();
  });
});

/** The storage, which notes the writing calls. */
function counted<Tx>(storage: Storage<Tx>, calls: string[]): Storage<Tx> {
  const { notifications } = storage;
  return {
    ...storage,
    notifications: {
      ...notifications,
      saveBatch(batch, options) {
        calls.push("saveBatch");
        return notifications.saveBatch(batch, options);
      },
      saveSkipped(batchId, skipped, options) {
        calls.push("saveSkipped");
        return notifications.saveSkipped(batchId, skipped, options);
      },
      insertMany(rows, options) {
        calls.push("insertMany");
        return notifications.insertMany(rows, options);
      },
      findCancellable(request, options) {
        calls.push("findCancellable");
        return notifications.findCancellable(request, options);
      },
    },
  };
}

describe.each(embedded)("on $name", (kind) => {
  const request = { ...message, userIds: ["ada"] };

  test("what a handler of an event queues, also after a while, is known to have been asked for by that event", async () => {
    const { callboard, storage } = await openHost(kind);
    const batchIds: string[] = [];
    const queue = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const { batchId } = await callboard.queueNotificationsToUsers(request);
      batchIds.push(batchId);
    };
    callboard.on("shipped", queue);
    callboard.on("paid", async () => {
      await callboard.forward("shipped", { order: "A-17" }, { id: "evt_inner" });
      await queue();
    });
    await Promise.all([
      callboard.forward("shipped", { order: "A-17" }, { id: "evt_1" }),
      callboard.forward("paid", {}, { id: "evt_2" }),
      queue(),
    ]);
    const origins = await Promise.all(
      batchIds.map(async (id) => (await storage.notifications.batch(id))!.origin),
    );
    expect(origins.map((origin) => origin?.type === "event" && [origin.name, origin.id]).sort()).toEqual(
      [false, ["paid", "evt_2"], ["shipped", "evt_1"], ["shipped", "evt_inner"]].sort(),
    );
  });

  test("what a recurring job queues is known to have been asked for by its slot", async () => {
    const { callboard, storage, scheduler } = await openHost(kind);
    let batchId = "";
    await callboard.every("report", {
      cron: "0 8 * * *",
      timeZone: "Africa/Harare",
      maxLatenessMs: 7 * 86_400_000,
      run: async ({ transaction }) => {
        ({ batchId } = await callboard.queueNotificationsToUsers(request, { transaction }));
      },
    });
    await callboard.start();
    await scheduler.tick("report", new Date("2025-12-31T06:00:00Z"));
    await callboard.stop({ drainMs: 1 });
    expect((await storage.notifications.batch(batchId))!.origin).toEqual({
      type: "job",
      name: "report",
      slot: "2025-12-31T06:00:00.000Z",
    });
  });

  test("what a listener queues that hears of a send is not asked for by the event that rang for it", async () => {
    const { storage } = await openStage(kind);
    const bells = manualScheduler();
    // Rings in the middle of wake(), as a scheduler in the same process may.
    const scheduler = {
      ...bells,
      wake: async (...wake: Parameters<typeof bells.wake>) => {
        await bells.wake(...wake);
        await bells.ring();
      },
    };
    const callboard = createCallboard({
      storage,
      scheduler,
      transports: [fakeTransport("chat")],
      templates: { note: defineTemplate({ context: z.object({}), sample: {}, body: "Note." }) },
      events: { shipped: z.object({}) },
    });
    await callboard.start();
    const told = Promise.withResolvers<string>();
    const note = { template: "note", context: {}, userIds: ["ben"] } as const;
    callboard.observe("notification.sent", async ({ notification }) => {
      if (notification.userId === "ada")
        told.resolve((await callboard.queueNotificationsToUsers(note)).batchId);
    });
    callboard.on("shipped", () => callboard.queueNotificationsToUsers({ ...note, userIds: ["ada"] }));
    await callboard.forward("shipped", {}, { id: "evt_1" });
    const batchId = await told.promise;
    await callboard.stop({ drainMs: 1_000 });
    expect((await storage.notifications.batch(batchId))!.origin).toBeNull();
  });

  test("an event's id that no database stores is kept as well as can be", async () => {
    const { callboard, storage } = await openHost(kind);
    callboard.on("shipped", () => callboard.queueNotificationsToUsers(request));
    const id = `a\u0000${"x".repeat(400)}`;
    const { results } = await callboard.forward("shipped", { order: "A-17" }, { id });
    const { batchId } = results[0] as { batchId: string };
    expect((await storage.notifications.batch(batchId))!.origin).toMatchObject({
      id: `a\ufffd${"x".repeat(253)}`,
    });
  });

  test("a person whose address could not be reached is skipped with the provider's words until unreachableMs has passed", async () => {
    const { callboard, storage, clock } = await openStage(kind);
    await storage.contacts.markUnreachable([
      { channel: "chat", address: "ada@chat", reason: "No such number." },
    ]);
    await clock.advance(24 * hourMs - 1);
    const both = { ...message, userIds: ["ada", "ben"] };
    const { batchId, queued, skipped } = await callboard.queueNotificationsToUsers(both);
    expect(queued.map(({ userId }) => userId)).toEqual(["ben"]);
    expect(skipped).toEqual([
      {
        userId: "ada",
        reason: "unreachable",
        hint: 'Their chat address could not be reached at 2026-01-01T00:00:00.000Z ("No such number."). They are tried again from 2026-01-02T00:00:00.000Z, or once they have written to us.',
      },
    ]);
    expect(await storage.notifications.skipped({ batchId, userId: "ada" })).toEqual(skipped[0]);
    await clock.advance(1);
    expect((await callboard.queueNotificationsToUsers(both)).skipped).toEqual([]);
  });

  test("a person of the host's own table who could not be reached is skipped without the provider's words", async () => {
    const ada = {
      userId: "ada",
      name: null,
      locale: null,
      active: true,
      address: "ada@chat",
      optedOut: false,
    };
    const unreachableAt = new Date("2025-12-31T23:00:00Z");
    const recipients: Recipients = { find: async () => [{ ...ada, unreachableAt }] };
    const { callboard } = await openStage(kind, { recipients });
    const { skipped } = await callboard.queueNotificationsToUsers(request);
    expect(skipped).toMatchObject([
      {
        reason: "unreachable",
        hint: expect.stringMatching(/could not be reached at 2025-12-31T23:00:00.000Z\. They/),
      },
    ]);
  });

  test("notification.queued tells of each notification that was written, and of no other", async () => {
    const { callboard } = await openStage(kind);
    const told: unknown[] = [];
    callboard.observe("notification.queued", (event) => void told.push(event));
    const keyed = { ...message, userIds: ["ada", "ben", "zoe"], idempotencyKey: "evt_1" };
    await callboard.queueNotificationsToUsers({ ...keyed, userIds: ["ada"] });
    told.length = 0;
    const { batchId, queued } = await callboard.queueNotificationsToUsers(keyed);
    expect(told).toEqual([
      { id: queued[0]!.id, userId: "ben", channel: "chat", batchId, template: "order_shipped" },
    ]);
  });

  test("notification.queued comes after the commit of transaction(), and not at all when it rolls back", async () => {
    const { callboard } = await openStage(kind);
    const told: string[] = [];
    callboard.observe("notification.queued", ({ userId }) => void told.push(userId));
    await callboard.transaction(async (transaction) => {
      await callboard.queueNotificationsToUsers(request, { transaction });
      expect(told).toEqual([]);
    });
    expect(told).toEqual(["ada"]);
    await failure(
      callboard.transaction(async (transaction) => {
        await callboard.queueNotificationsToUsers({ ...message, userIds: ["ben"] }, { transaction });
        throw new Error("the host changed its mind");
      }),
    );
    expect(told).toEqual(["ada"]);
  });

  test("onlyIf and cancelKey are kept with the notification; a repeated call with others changes nothing", async () => {
    const { callboard, rows } = await openStage(kind);
    const keyed = {
      ...request,
      idempotencyKey: "evt_1",
      cancelKey: "order:17",
      onlyIf: "still_open",
    } as const;
    await callboard.queueNotificationsToUsers(keyed);
    const { cancelKey: _, onlyIf: __, ...others } = keyed;
    const again = await callboard.queueNotificationsToUsers({ ...others, cancelKey: "order:18" });
    expect(again.skipped).toMatchObject([{ reason: "duplicate" }]);
    expect(await rows()).toMatchObject([{ cancelKey: "order:17", onlyIf: "still_open" }]);
  });
});

const mistakes: [what: string, request: object, path: string, cure: RegExp][] = [
  [
    "an unknown condition",
    { onlyIf: "still_opn" },
    "onlyIf",
    /no condition has this name\. Known: still_open\./,
  ],
  ["an empty cancel key", { cancelKey: "" }, "cancelKey", /must be a string of 1 to 255 characters/],
  [
    "a cancel key that is a number",
    { cancelKey: 17 },
    "cancelKey",
    /must be a string of 1 to 255 characters/,
  ],
  ["a cancel key that cannot be stored", { cancelKey: "\ud800" }, "cancelKey", /lone surrogate/],
  [
    "too long a key to supersede",
    { supersedes: "x".repeat(256) },
    "supersedes",
    /must be a string of 1 to 255/,
  ],
];

test.each(mistakes)(
  "queueNotificationsToUsers() with %s is refused with the cure",
  async (_what, wrong, option, cure) => {
    const { callboard, rows } = await openStage(embedded[0]!);
    const error = await failure(
      callboard.queueNotificationsToUsers({ ...message, userIds: ["ada"], ...wrong }),
    );
    expect(error).toMatchObject({
      name: "InvalidOptionsError",
      path: `queueNotificationsToUsers({ ${option} })`,
      message: expect.stringMatching(cure),
    });
    expect(await rows()).toEqual([]);
  },
);

test("onlyIf of a Callboard without conditions is refused with the way to add one", async () => {
  const { callboard } = await openHost(embedded[0]!);
  const request = { ...message, userIds: ["ada"], onlyIf: "still_open" as never };
  expect(await failure(callboard.queueNotificationsToUsers(request))).toMatchObject({
    path: "queueNotificationsToUsers({ onlyIf })",
    message: expect.stringContaining("createCallboard({ conditions: {"),
  });
});

test.each([
  [
    "no function",
    { still_open: true },
    'createCallboard({ conditions["still_open"] })',
    /must be a function/,
  ],
  ["an empty name", { "": () => true }, 'createCallboard({ conditions[""] })', /1 to 255 characters/],
])("createCallboard() with a condition that has %s is refused", async (_what, conditions, path, cure) => {
  const { storage } = await openHost(embedded[0]!);
  const options = {
    storage,
    scheduler: manualScheduler(),
    transports: [fakeTransport("chat")],
    templates: {},
    conditions: conditions as never,
    clock: testClock(),
  } as const;
  expect(await failure((async () => createCallboard(options))())).toMatchObject({
    name: "InvalidOptionsError",
    path,
    message: expect.stringMatching(cure),
  });
});
