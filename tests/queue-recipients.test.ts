import type { Recipients } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { openStage, shortMessages } from "./queue-stage.js";
import { storages } from "./storages.js";

describe.each(storages)("on $name", (kind) => {
  test("queueNotificationsToUsers() tells everybody of users and groups once, and keeps the groups on the rows", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.contacts.save([
      { userId: "chi", addresses: { chat: "chi@chat" } },
      { userId: "dov", addresses: { chat: "dov@chat" } },
    ]);
    await callboard.groups.ensure(["Sales", "Admins"]);
    await callboard.groups.addMembers("Sales", ["ada", "ben", "chi"]);
    await callboard.groups.addMembers("Admins", ["chi"]);

    const result = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ada", "ada", "dov"],
      groupNames: ["Sales", "Admins", "Sales"],
    });

    expect(result.queued.map(({ userId }) => userId).sort()).toEqual(["ada", "ben", "chi", "dov"]);
    expect(result.skipped).toEqual([]);
    expect(result.warnings).toEqual([]);
    const groupsOf = Object.fromEntries(
      (await rows()).map(({ userId, groupNames }) => [userId, [...groupNames].sort()]),
    );
    expect(groupsOf).toEqual({ ada: [], ben: ["Sales"], chi: ["Admins", "Sales"], dov: [] });
  });

  test("queueNotificationsToUsers() returns the id, person and channel of each row that it wrote", async () => {
    const { callboard, rows, bells, clock } = await openStage(kind);
    const result = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ada"],
    });
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(result).toEqual({
      batchId: row!.batchId,
      queued: [{ id: row!.id, userId: "ada", channel: "chat" }],
      skipped: [],
      warnings: [],
    });
    expect(row).toMatchObject({
      status: "pending",
      address: "ada@chat",
      template: "order_shipped",
      templateVersion: 1,
      priority: "normal",
      content: { text: "Order A-17 has left.", variables: ["A-17"], buttons: [], channel: null },
      relatedContact: null,
      metadata: null,
      idempotencyKey: null,
      notBefore: null,
      expiresAt: null,
      onUncertain: "resend",
      attempts: 0,
      createdAt: clock.now(),
      nextAttemptAt: clock.now(),
    });
    expect(bells.wakes).toEqual([{ ids: [row!.id], at: clock.now(), transaction: undefined }]);
  });

  test("queueNotificationsToUsers() keeps every option with the row", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada@chat", mail: "ada@mail" } }]);
    await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ada"],
      channel: "mail",
      priority: "high",
      onUncertain: "hold",
      idempotencyKey: "evt_1",
      relatedContact: { id: "c-7", name: "Tariro" },
      metadata: { source: { page: 3 }, tags: ["a", null, true] },
      expiresAt: new Date("2026-01-02T00:00:00Z"),
    });
    expect(await rows()).toMatchObject([
      {
        channel: "mail",
        address: "ada@mail",
        priority: "high",
        onUncertain: "hold",
        idempotencyKey: "evt_1",
        relatedContact: { id: "c-7", name: "Tariro" },
        metadata: { source: { page: 3 }, tags: ["a", null, true] },
        expiresAt: new Date("2026-01-02T00:00:00Z"),
      },
    ]);
  });

  test("queueNotificationsToUsers() with `at` in the future asks for a ring at that time, and not before", async () => {
    const { callboard, rows, bells } = await openStage(kind);
    const at = new Date("2026-01-05T08:00:00Z");
    const { queued } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ada"],
      at,
    });
    expect(bells.wakes).toEqual([{ ids: [queued[0]!.id], at, transaction: undefined }]);
    expect(await rows()).toMatchObject([{ notBefore: at, nextAttemptAt: at, status: "pending" }]);
  });

  test("queueNotificationsToUsers() reaches 2,600 people of overlapping groups and lists, each once", async () => {
    const { callboard, bells } = await openStage(kind);
    const everybody = Array.from({ length: 2_600 }, (_, n) => `u-${String(n).padStart(4, "0")}`);
    await callboard.contacts.save(
      everybody.map((userId) => ({ userId, addresses: { chat: `${userId}@chat` } })),
    );
    await callboard.groups.ensure(["First", "Last"]);
    await callboard.groups.addMembers("First", everybody.slice(0, 1_700));
    await callboard.groups.addMembers("Last", everybody.slice(900, 2_500));

    const { batchId, queued, skipped } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      // Not all of any page of the groups, and people beyond them.
      userIds: [...everybody.slice(500, 1_600), ...everybody.slice(2_400)],
      groupNames: ["First", "Last"],
    });

    expect(skipped).toEqual([]);
    expect(queued.map(({ userId }) => userId).sort()).toEqual(everybody);
    expect(new Set(bells.wakes.flatMap(({ ids }) => ids))).toEqual(new Set(queued.map(({ id }) => id)));
    const stored: string[] = [];
    let after: string | undefined;
    do {
      const page = await callboard.notifications.page({
        batchId,
        limit: 1_000,
        ...(after !== undefined && { after }),
      });
      stored.push(...page.notifications.map(({ userId }) => userId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(stored.sort()).toEqual(everybody);
  });

  test("queueNotificationsToUsers() passes a page of nobody new, and reaches those behind it", async () => {
    const { callboard } = await openStage(kind);
    const everybody = Array.from({ length: 1_200 }, (_, n) => `u-${String(n).padStart(4, "0")}`);
    await callboard.contacts.save(
      everybody.map((userId) => ({ userId, addresses: { chat: `${userId}@chat` } })),
    );
    await callboard.groups.ensure(["All"]);
    await callboard.groups.addMembers("All", everybody);
    const { queued } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: everybody.slice(0, 1_000),
      groupNames: ["All"],
    });
    expect(queued.map(({ userId }) => userId).sort()).toEqual(everybody);
  });

  test("queueNotificationsToUsers() with an empty list tells nobody, and wakes nobody", async () => {
    const { callboard, rows, bells } = await openStage(kind);
    const result = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: [],
    });
    expect(result).toMatchObject({ queued: [], skipped: [], warnings: [] });
    expect(await rows()).toEqual([]);
    expect(bells.wakes).toEqual([]);
  });

  test("queueNotificationsToUsers() warns of an empty group, raises group.empty, and tells the others", async () => {
    const { callboard } = await openStage(kind);
    await callboard.groups.ensure(["Sales", "Nobody"]);
    await callboard.groups.addMembers("Sales", ["ada"]);
    const heard: unknown[] = [];
    const forget = callboard.observe("group.empty", (event) => void heard.push(event));
    const request = {
      template: "order_shipped",
      context: { order: "A-17" },
      groupNames: ["Sales", "Nobody"],
    } as const;
    const { queued, warnings } = await callboard.queueNotificationsToUsers(request);
    expect(queued).toMatchObject([{ userId: "ada" }]);
    expect(warnings).toEqual([
      {
        warning: "empty-group",
        groupName: "Nobody",
        hint: 'Nobody is in "Nobody". Add people with callboard.groups.addMembers("Nobody", [...]).',
      },
    ]);
    expect(heard).toEqual([{ groupName: "Nobody", template: "order_shipped" }]);
    forget();
    await callboard.queueNotificationsToUsers(request);
    expect(heard).toHaveLength(1);
  });

  test("queueNotificationsToUsers() does not call a group empty whose members are all named by id", async () => {
    const { callboard } = await openStage(kind);
    await callboard.groups.ensure(["Sales"]);
    await callboard.groups.addMembers("Sales", ["ada"]);
    const { warnings } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ada"],
      groupNames: ["Sales"],
    });
    expect(warnings).toEqual([]);
  });

  test("queueNotificationsToUsers() says of each unreachable contact why, and what to do", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.contacts.save([
      { userId: "ina", active: false, addresses: { chat: "ina@chat" } },
      { userId: "nora", addresses: { mail: "nora@mail" } },
    ]);
    const { queued, skipped } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["ghost", "ina", "nora", "ada"],
    });
    expect(queued).toMatchObject([{ userId: "ada" }]);
    expect(skipped).toEqual([
      {
        userId: "ghost",
        reason: "unknown-user",
        hint: "Save this person with callboard.contacts.save([...]), or correct the id.",
      },
      {
        userId: "ina",
        reason: "inactive",
        hint: "The contact is switched off. Set active: true to tell them again.",
      },
      {
        userId: "nora",
        reason: "no-contact",
        hint: "The contact has no chat address. Save one to reach them.",
      },
    ]);
    expect(await rows()).toHaveLength(1);
  });

  test("queueNotificationsToUsers() tells nobody who has opted out, as the host's recipients say", async () => {
    const asked: unknown[] = [];
    const recipients: Recipients = {
      async find({ userIds, channel }) {
        asked.push({ userIds, channel });
        return userIds.map((userId) => ({
          userId,
          name: userId,
          locale: null,
          active: true,
          address: `${userId}@${channel}`,
          optedOut: userId === "ben",
        }));
      },
    };
    const { callboard, rows } = await openStage(kind, { recipients });
    const { skipped } = await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      userIds: ["zoe", "ben"],
    });
    expect(asked).toEqual([{ userIds: ["zoe", "ben"], channel: "chat" }]);
    expect(skipped).toEqual([
      {
        userId: "ben",
        reason: "opted-out",
        hint: "They asked for silence on chat. Only they can take that back.",
      },
    ]);
    expect(await rows()).toMatchObject([{ userId: "zoe", address: "zoe@chat" }]);
  });

  test("queueNotificationsToUsers() skips a person without the name that the template prints, and tells the others", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.contacts.save([{ userId: "anon", addresses: { chat: "anon@chat" } }]);
    const { skipped } = await callboard.queueNotificationsToUsers({
      template: "greeting",
      context: {},
      userIds: ["ada", "anon", "ben"],
    });
    expect(skipped).toMatchObject([{ userId: "anon", reason: "missing-value" }]);
    expect(skipped[0]!.hint).toContain("it.recipient.name");
    const texts = Object.fromEntries((await rows()).map(({ userId, content }) => [userId, content.text]));
    expect(texts).toEqual({ ada: "Hello Ada, welcome.", ben: "Hello Ben, welcome." });
  });

  test("queueNotificationsToUsers() skips a person whose own text breaks the channel's rule, with its cure", async () => {
    const { callboard, rows } = await openStage(kind, { channel: shortMessages() });
    const long = "A".repeat(40);
    await callboard.contacts.save([{ userId: "long", name: long, addresses: { chat: "long@chat" } }]);
    const { skipped } = await callboard.queueNotificationsToUsers({
      template: "greeting",
      context: {},
      userIds: ["ada", "long"],
    });
    expect(skipped).toEqual([
      { userId: "long", reason: "unsendable", hint: "The text has 56 characters; shorten it to 40." },
    ]);
    expect(await rows()).toMatchObject([{ userId: "ada" }]);
  });
});
