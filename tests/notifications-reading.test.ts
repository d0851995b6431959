import type { NotificationStore, PurgeRequest, PurgeResult } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { until as reached } from "./experiments/until.js";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

const hour = 3_600_000;
const day = 24 * hour;
const order = { template: "order_shipped", context: { order: "A-17" } } as const;

/** A stage whose process sends; `sent` resolves when so many notifications have this status. */
async function openSender(kind: StorageKind) {
  const channel = fakeTransport("chat");
  const stage = await openStage(kind, { channel });
  const { callboard, clock } = stage;
  await callboard.start();
  onTestFinished(() => callboard.stop());
  const until = async (status: "sent" | "failed" | "read" | "pending", count: number) => {
    for (let step = 0; step < 200; step += 1) {
      const { byStatus } = await callboard.notifications.stats({ from: new Date(0) });
      if (byStatus[status] === count) return;
      await clock.advance(0);
    }
    throw new Error(`There never were ${count} notifications in ${status}.`);
  };
  const tell = async (request: Parameters<typeof callboard.queueNotificationsToUsers>[0]) => {
    const result = await callboard.queueNotificationsToUsers(request);
    await stage.bells.ring();
    return result;
  };
  return { ...stage, channel, until, tell };
}

/** A store that answers the calls of a purge one after the other, and keeps what it was asked. */
async function openScripted(kind: StorageKind, answers: readonly (PurgeResult | Error)[]) {
  const { storage } = await openStage(kind);
  const requests: PurgeRequest[] = [];
  const purge: NotificationStore["purge"] = async (request) => {
    requests.push(request);
    const answer = answers[requests.length - 1];
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error("It asked too often.");
    return answer;
  };
  const { callboard } = stageOn({ ...storage, notifications: { ...storage.notifications, purge } });
  return { purge: callboard.notifications.purge, requests };
}

describe.each(storages)("notifications.page() on $name", (kind) => {
  test("notifications.page() finds what one call queued by its group, template, related contact and channel", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.groups.ensure(["Sales", "Admins"]);
    await callboard.groups.addMembers("Sales", ["ada"]);
    await callboard.groups.addMembers("Admins", ["ada", "ben"]);
    const relatedContact = { id: "c-7", name: "Tariro" };
    const { batchId } = await callboard.queueNotificationsToUsers({
      ...order,
      groupNames: ["Sales", "Admins"],
      relatedContact,
    });
    await callboard.queueNotificationsToUsers({
      template: "note",
      context: { text: "Hi" },
      userIds: ["ben"],
    });
    const people = async (filter: Parameters<typeof callboard.notifications.page>[0]) =>
      (await callboard.notifications.page(filter)).notifications.map(({ userId }) => userId).sort();
    expect(await people({ groupName: "Sales" })).toEqual(["ada"]);
    expect(await people({ groupName: "Admins" })).toEqual(["ada", "ben"]);
    expect(await people({ groupName: "Admins", userId: "ben" })).toEqual(["ben"]);
    expect(await people({ template: "note" })).toEqual(["ben"]);
    expect(await people({ relatedContactId: "c-7" })).toEqual(["ada", "ben"]);
    expect(await people({ relatedContactId: "c-8" })).toEqual([]);
    expect(await people({ batchId, status: "pending" })).toEqual(["ada", "ben"]);
    expect(await people({ channel: "chat" })).toEqual(["ada", "ben", "ben"]);
    expect(await people({ channel: "mail" })).toEqual([]);
    expect(await rows()).toHaveLength(3);
  });

  test("notifications.page() gives 50 unless it is told otherwise, and goes on behind them", async () => {
    const { callboard } = await openStage(kind);
    const people = Array.from({ length: 53 }, (_, index) => ({
      userId: `user-${index}`,
      addresses: { chat: `address-${index}` },
    }));
    await callboard.contacts.save(people);
    await callboard.queueNotificationsToUsers({ ...order, userIds: people.map(({ userId }) => userId) });
    const first = await callboard.notifications.page();
    expect(first.notifications).toHaveLength(50);
    const second = await callboard.notifications.page({ after: first.next ?? "" });
    expect(second.next).toBeNull();
    const seen = [...first.notifications, ...second.notifications].map(({ userId }) => userId);
    expect(seen.sort()).toEqual(people.map(({ userId }) => userId).sort());
  });

  test("notifications.page() takes a filter that is undefined for one that is left out", async () => {
    const { callboard } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ada"] });
    const unset = { userId: undefined, status: undefined, from: undefined, limit: undefined } as object;
    expect((await callboard.notifications.page(unset)).notifications).toHaveLength(1);
  });

  test("notifications.page() refuses what is no cursor", async () => {
    const { callboard } = await openStage(kind);
    expect(await failure(callboard.notifications.page({ after: "the first one" }))).toMatchObject({
      name: "InvalidOptionsError",
      path: "notifications.page({ after })",
    });
  });
});

describe("whatever the storage", () => {
  const [kind] = storages as [StorageKind];
  const noon = new Date("2026-01-01T12:00:00Z");

  test.each([
    ["limit", { limit: 0 }],
    ["limit", { limit: 1_001 }],
    ["limit", { limit: 1.5 }],
    ["limit", { limit: "10" }],
    ["status", { status: "done" }],
    ["status", { status: ["sent"] }],
    ["userId", { userId: 7 }],
    ["groupName", { groupName: "" }],
    ["template", { template: null }],
    ["channel", { channel: {} }],
    ["batchId", { batchId: 7 }],
    ["relatedContactId", { relatedContactId: 7 }],
    ["after", { after: "" }],
    ["from", { from: "2026-01-01" }],
    ["from", { from: new Date(Number.NaN) }],
    ["until", { until: 1_767_225_600_000 }],
    ["until", { from: noon, until: noon }],
    ["group", { group: "Sales" }],
  ])("notifications.page() refuses a wrong %s: %o", async (option, request) => {
    const { callboard } = await openStage(kind);
    expect(await failure(callboard.notifications.page(request as object))).toMatchObject({
      name: "InvalidOptionsError",
      path: `notifications.page({ ${option} })`,
    });
  });

  test.each([
    ["from", undefined],
    ["from", {}],
    ["from", { until: noon }],
    ["from", { from: "2026-01-01" }],
    ["until", { from: noon, until: new Date(Number.NaN) }],
    ["until", { from: noon, until: new Date("2026-01-01T11:59:59.999Z") }],
    ["since", { since: noon }],
  ])("notifications.stats() refuses a wrong %s: %o", async (option, period) => {
    const { callboard } = await openStage(kind);
    expect(await failure(callboard.notifications.stats(period as never))).toMatchObject({
      name: "InvalidOptionsError",
      path: `notifications.stats({ ${option} })`,
    });
  });

  test.each([
    ["olderThanMs", {}],
    ["olderThanMs", { olderThanMs: day - 1 }],
    ["olderThanMs", { olderThanMs: day + 0.5 }],
    ["olderThanMs", { olderThanMs: Number.POSITIVE_INFINITY }],
    ["olderThanMs", { olderThanMs: "86400000" }],
    ["onProgress", { olderThanMs: day, onProgress: true }],
    ["limit", { olderThanMs: day, limit: 10 }],
  ])("notifications.purge() refuses a wrong %s: %o, and deletes nothing", async (option, options) => {
    const { purge, requests } = await openScripted(kind, [{ deleted: 1, next: null }]);
    expect(await failure(purge(options as never))).toMatchObject({
      name: "InvalidOptionsError",
      path: `notifications.purge({ ${option} })`,
    });
    expect(requests).toEqual([]);
  });

  test("notifications.purge() goes on by 500 until nothing old is left, and tells how far it is", async () => {
    const { purge, requests } = await openScripted(kind, [
      { deleted: 500, next: "first" },
      { deleted: 0, next: "second" },
      { deleted: 3, next: null },
    ]);
    const progress: number[] = [];
    const deleted = await purge({ olderThanMs: day, onProgress: (so) => progress.push(so.deleted) });
    expect(deleted).toBe(503);
    expect(progress).toEqual([500, 500, 503]);
    const batch = { olderThanMs: day, limit: 500 };
    expect(requests).toEqual([batch, { ...batch, after: "first" }, { ...batch, after: "second" }]);
  });

  test("notifications.purge() lets others run between two batches", async () => {
    const { purge } = await openScripted(kind, [
      { deleted: 1, next: "first" },
      { deleted: 1, next: null },
    ]);
    const order: string[] = [];
    const onProgress = () => {
      order.push("batch");
      setImmediate(() => order.push("others"));
    };
    await purge({ olderThanMs: day, onProgress });
    expect(order).toEqual(["batch", "others", "batch", "others"]);
  });

  test("notifications.purge() rejects with the store's error, and asks no further", async () => {
    const lost = new Error("The connection is lost.");
    const { purge, requests } = await openScripted(kind, [{ deleted: 500, next: "first" }, lost]);
    expect(await failure(purge({ olderThanMs: day }))).toBe(lost);
    expect(requests).toHaveLength(2);
  });

  test("notifications.purge() ends when onProgress throws", async () => {
    const { purge, requests } = await openScripted(kind, [{ deleted: 500, next: "first" }]);
    const enough = new Error("Enough for tonight.");
    const onProgress = () => {
      throw enough;
    };
    expect(await failure(purge({ olderThanMs: day, onProgress }))).toBe(enough);
    expect(requests).toHaveLength(1);
  });

  test.each(["", "x".repeat(256), 7, undefined, null])("forgetUser() refuses the id %j", async (userId) => {
    const { callboard } = await openStage(kind);
    expect(await failure(callboard.forgetUser(userId as string))).toMatchObject({
      name: "InvalidOptionsError",
      path: "forgetUser(userId)",
    });
  });
});

describe.each(storages)("notifications.stats() on $name", (kind) => {
  test("notifications.stats() counts by status, template, channel and failure, the most frequent failure first", async () => {
    const { callboard, channel, clock, tell, until } = await openSender(kind);
    const refused = (providerCode: string) =>
      ({ failureClass: "permanent-request", providerCode, hint: "Ask." }) as const;
    channel.failNext(refused("131026"));
    channel.failNext(refused("131026"));
    channel.failNext({ failureClass: "retry", hint: "Wait." });
    for (const userId of ["ada", "ben", "ada"]) {
      await tell({ ...order, userIds: [userId] });
      await clock.advance(0);
    }
    await until("failed", 2);
    await tell({ template: "note", context: { text: "Hi" }, userIds: ["ada", "ben"] });
    await until("sent", 2);
    const charge = { category: "utility", type: "regular", country: "ZW" };
    const read = { ...channel.receipt("fake-4", "read", clock.now()), charge };
    await callboard.webhook("chat", channel.webhookRequest(read));
    expect(await callboard.notifications.stats({ from: new Date(0) })).toEqual({
      total: 5,
      byStatus: { pending: 1, sent: 1, read: 1, failed: 2 },
      byTemplate: { note: 2, order_shipped: 3 },
      byChannel: { chat: 5 },
      failures: [
        { failureClass: "permanent-request", providerCode: "131026", count: 2 },
        { failureClass: "retry", providerCode: null, count: 1 },
      ],
      charges: [{ channel: "chat", template: "note", charge, count: 1 }],
    });
  });

  test("notifications.stats() counts what was created in its period, and nothing as nothing", async () => {
    const { callboard, clock } = await openStage(kind);
    const from = clock.now();
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ada"] });
    await clock.advance(1_000);
    const until = clock.now();
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ada", "ben"] });
    expect((await callboard.notifications.stats({ from, until })).total).toBe(1);
    expect((await callboard.notifications.stats({ from: until })).total).toBe(2);
    const nothing = {
      ...{ total: 0, byStatus: {}, byTemplate: {}, byChannel: {} },
      ...{ failures: [], charges: [] },
    };
    expect(await callboard.notifications.stats({ from: new Date("2100-01-01T00:00:00Z") })).toEqual(nothing);
  });
});

describe.each(storages)("notifications.purge() on $name", (kind) => {
  test("notifications.purge() deletes what is old and finished, and frees its idempotency key", async () => {
    const { callboard, clock, tell, until, rows } = await openSender(kind);
    const keyed = { ...order, userIds: ["ada"], idempotencyKey: "evt-1" };
    await tell(keyed);
    await until("sent", 1);
    // Its sweeps would take up every few seconds of the month.
    await callboard.stop();
    const later = new Date("2027-01-01T00:00:00Z");
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ben"], at: later });
    await clock.advance(31 * day);
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ben"] });
    expect((await callboard.queueNotificationsToUsers(keyed)).skipped).toMatchObject([
      { reason: "duplicate" },
    ]);
    expect(await callboard.notifications.purge({ olderThanMs: 30 * day })).toBe(1);
    expect((await rows()).map(({ userId }) => userId)).toEqual(["ben", "ben"]);
    expect((await callboard.queueNotificationsToUsers(keyed)).queued).toHaveLength(1);
    expect(await callboard.notifications.purge({ olderThanMs: 30 * day })).toBe(0);
  });

  test("notifications.purge() in a job's transaction deletes nothing when the job fails, and all when it ends", async () => {
    const { callboard, bells, clock, tell, until, rows } = await openSender(kind);
    await tell({ ...order, userIds: ["ada", "ben"] });
    await until("sent", 2);
    await callboard.stop();
    await clock.advance(31 * day);
    const deleted: number[] = [];
    await callboard.every("purge", {
      cron: "30 3 * * *",
      timeZone: "Africa/Harare",
      maxLatenessMs: 365 * day,
      run: async ({ transaction }) => {
        deleted.push(await callboard.notifications.purge({ olderThanMs: 30 * day }, { transaction }));
        if (deleted.length === 1) throw new RangeError("the job failed");
      },
    });
    await callboard.start();
    const slot = new Date("2025-12-01T01:30:00Z");
    expect(await failure(bells.tick("purge", slot))).toMatchObject({ name: "RangeError" });
    expect(await rows()).toHaveLength(2);
    await bells.tick("purge", slot);
    expect(await rows()).toEqual([]);
    expect(deleted).toEqual([2, 2]);
  });
});

describe.each(storages)("forgetUser() on $name", (kind) => {
  const traces = /"ada"|ada@chat|Ada|fake-1/;
  const greeting = { template: "greeting", context: {}, userIds: ["ada"] } as const;

  /** Everything that reading can tell, as text. */
  async function everything({
    callboard,
    rows,
  }: Pick<Awaited<ReturnType<typeof openStage>>, "callboard" | "rows">) {
    const details = await Promise.all((await rows()).map(({ id }) => callboard.notifications.get(id)));
    const contacts = await callboard.contacts.list({ afterUserId: null, limit: 100 });
    return JSON.stringify([details, contacts, await callboard.groups.list()]);
  }

  test("forgetUser() leaves of a person a pseudonym, and the numbers as they were", async () => {
    const stage = await openSender(kind);
    const { callboard, clock, channel, logger, tell, until } = stage;
    await callboard.groups.ensure(["Sales", "Admins"]);
    await callboard.groups.addMembers("Sales", ["ada", "ben"]);
    await callboard.groups.addMembers("Admins", ["ada"]);
    await tell(greeting);
    await until("sent", 1);
    await tell({ ...greeting, at: new Date(clock.now().getTime() + hour) });
    await tell({ ...greeting, userIds: ["ben"] });
    await until("sent", 2);
    expect(await everything(stage)).toMatch(traces);
    expect(await callboard.forgetUser("ada")).toEqual({ notifications: 2, groups: 2, contact: true });
    expect(await everything(stage)).not.toMatch(traces);
    expect(logger.text()).not.toMatch(traces);
    const { total, byStatus } = await callboard.notifications.stats({ from: new Date(0) });
    expect([total, byStatus]).toEqual([3, { sent: 2, cancelled: 1 }]);
    expect((await callboard.notifications.page({ userId: "ada" })).notifications).toEqual([]);
    expect((await callboard.notifications.page({ userId: "ben" })).notifications).toMatchObject([
      { address: "ben@chat", content: { text: "Hello Ben, welcome." } },
    ]);
    expect(await callboard.groups.list()).toEqual([
      { name: "Admins", memberCount: 0 },
      { name: "Sales", memberCount: 1 },
    ]);
    await clock.advance(2 * hour);
    expect(channel.sent).toHaveLength(2);
    const { skipped } = await callboard.queueNotificationsToUsers(greeting);
    expect(skipped).toMatchObject([{ userId: "ada", reason: "unknown-user" }]);
  });

  test("forgetUser() of a person who is being told leaves nothing behind when the answer and receipts come", async () => {
    const stage = await openSender(kind);
    const { callboard, channel, clock, tell } = stage;
    channel.hold();
    await tell(greeting);
    await clock.advance(0);
    await reached("it is being sent", () => channel.sent.length === 1);
    expect(await callboard.forgetUser("ada")).toMatchObject({ notifications: 1 });
    channel.release();
    await clock.advance(0);
    const receipts = (["sent", "read"] as const).map((status) =>
      channel.receipt("fake-1", status, clock.now()),
    );
    await callboard.webhook("chat", channel.webhookRequest(...receipts));
    await clock.advance(hour);
    expect(await everything(stage)).not.toMatch(traces);
    const { byStatus } = await callboard.notifications.stats({ from: new Date(0) });
    expect(byStatus).toEqual({ cancelled: 1 });
    expect(channel.sent).toHaveLength(1);
  });

  test("forgetUser() of a person who was told changes nothing more by receipts that come late", async () => {
    const stage = await openSender(kind);
    const { callboard, channel, clock, tell, until } = stage;
    await tell(greeting);
    await until("sent", 1);
    await callboard.forgetUser("ada");
    await callboard.webhook("chat", channel.webhookRequest(channel.receipt("fake-1", "read", clock.now())));
    expect(await everything(stage)).not.toMatch(traces);
    const { byStatus } = await callboard.notifications.stats({ from: new Date(0) });
    expect(byStatus).toEqual({ sent: 1 });
  });

  test("forgetUser() in a transaction commits with it, or not at all", async () => {
    const { callboard } = await openStage(kind);
    await callboard.groups.ensure(["Sales"]);
    await callboard.groups.addMembers("Sales", ["ada"]);
    await callboard.queueNotificationsToUsers(greeting);
    const changedMind = callboard.transaction(async (transaction) => {
      await callboard.forgetUser("ada", { transaction });
      throw new RangeError("the host changed its mind");
    });
    expect(await failure(changedMind)).toMatchObject({ name: "RangeError" });
    expect((await callboard.notifications.page({ userId: "ada" })).notifications).toMatchObject([
      { status: "pending", address: "ada@chat", content: { text: "Hello Ada, welcome." } },
    ]);
    expect(await callboard.groups.list()).toEqual([{ name: "Sales", memberCount: 1 }]);
    expect(await callboard.contacts.get(["ada"])).toHaveLength(1);
    const forgotten = await callboard.transaction((transaction) =>
      callboard.forgetUser("ada", { transaction }),
    );
    expect(forgotten).toEqual({ notifications: 1, groups: 1, contact: true });
    expect((await callboard.notifications.page({ userId: "ada" })).notifications).toEqual([]);
    expect(await callboard.contacts.get(["ada"])).toEqual([]);
  });

  test("forgetUser() gives each person a pseudonym of their own", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ada", "ben"] });
    await callboard.forgetUser("ada");
    await callboard.forgetUser("ben");
    const pseudonyms = (await rows()).map(({ userId }) => userId);
    expect(new Set(pseudonyms).size).toBe(2);
    for (const pseudonym of pseudonyms) expect(pseudonym).toMatch(/^forgotten-[0-9a-f-]{36}$/);
  });

  test("forgetUser() of somebody unknown finds nothing to forget", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...order, userIds: ["ada"] });
    const nothing = { notifications: 0, groups: 0, contact: false };
    expect(await callboard.forgetUser("zoe")).toEqual(nothing);
    expect(await callboard.forgetUser("Ada")).toEqual(nothing);
    expect((await rows()).map(({ userId }) => userId)).toEqual(["ada"]);
    await callboard.forgetUser("ada");
    expect(await callboard.forgetUser("ada")).toEqual(nothing);
  });
});
