import type { Scheduler } from "@callboard/core/adapter";
import { manualScheduler, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { openSqlite, storages } from "./storages.js";

const request = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] } as const;

describe.each(storages)("on $name", (kind) => {
  test("transaction() commits what is queued in it, and rings after the commit", async () => {
    const { callboard, rows, bells, clock } = await openStage(kind);
    const { queued } = await callboard.transaction(async (transaction) => {
      const result = await callboard.queueNotificationsToUsers(request, { transaction });
      expect(bells.wakes).toEqual([]);
      return result;
    });
    expect((await rows()).map(({ id }) => id)).toEqual([queued[0]!.id]);
    expect(bells.wakes).toEqual([{ ids: [queued[0]!.id], at: clock.now(), transaction: undefined }]);
  });

  test("transaction() that rejects rolls everything back, rethrows, and never rings", async () => {
    const { callboard, rows, bells } = await openStage(kind);
    const reason = new Error("the host changed its mind");
    const error = await failure(
      callboard.transaction(async (transaction) => {
        await callboard.queueNotificationsToUsers(request, { transaction });
        await callboard.groups.ensure(["Sales"], { transaction });
        await callboard.groups.addMembers("Sales", ["ada"], { transaction });
        await callboard.contacts.save([{ userId: "ada", name: "Changed" }], { transaction });
        throw reason;
      }),
    );
    expect(error).toBe(reason);
    expect(await rows()).toEqual([]);
    expect(bells.wakes).toEqual([]);
    expect(await callboard.groups.list()).toEqual([]);
    expect(await callboard.contacts.get(["ada"])).toMatchObject([
      { name: "Ada", addresses: { chat: { address: "ada@chat" } } },
    ]);
  });

  test("transaction() sees what was written in it: a group, its members, their contacts", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.transaction(async (transaction) => {
      await callboard.groups.ensure(["Sales"], { transaction });
      await callboard.groups.addMembers("Sales", ["new"], { transaction });
      await callboard.contacts.save([{ userId: "new", addresses: { chat: "new@chat" } }], { transaction });
      await callboard.queueNotificationsToUsers(
        { template: "order_shipped", context: { order: "A-17" }, groupNames: ["Sales"] },
        { transaction },
      );
    });
    expect(await rows()).toMatchObject([{ userId: "new", groupNames: ["Sales"] }]);
  });

  test("transaction() rings once for each call that was made in it", async () => {
    const { callboard, bells } = await openStage(kind);
    const at = new Date("2026-01-03T00:00:00Z");
    await callboard.transaction(async (transaction) => {
      await callboard.queueNotificationsToUsers(request, { transaction });
      await callboard.queueNotificationsToUsers({ ...request, at }, { transaction });
    });
    expect(bells.wakes.map((wake) => [wake.ids.length, wake.at])).toEqual([
      [1, new Date("2026-01-01T00:00:00Z")],
      [1, at],
    ]);
  });

  test("a mistake inside transaction() that the host catches leaves the host's other calls standing", async () => {
    const { callboard, rows } = await openStage(kind);
    await callboard.queueNotificationsToUsers({ ...request, idempotencyKey: "evt_1" });
    await callboard.transaction(async (transaction) => {
      await callboard.queueNotificationsToUsers({ ...request, idempotencyKey: "evt_2" }, { transaction });
      const conflict = { ...request, context: { order: "B" }, userIds: ["ada", "ben"] };
      await failure(
        callboard.queueNotificationsToUsers({ ...conflict, idempotencyKey: "evt_1" }, { transaction }),
      );
    });
    expect((await rows()).map(({ userId, idempotencyKey }) => [userId, idempotencyKey]).sort()).toEqual([
      ["ada", "evt_1"],
      ["ada", "evt_2"],
    ]);
  });

  test("a scheduler that takes no wake-up does not fail the calls, and is logged once, with their count", async () => {
    const down = new Error("the scheduler is down");
    const scheduler: Scheduler = { ...manualScheduler(), wake: () => Promise.reject(down) };
    const { callboard, rows, logger } = await openStage(kind, { scheduler });
    await callboard.queueNotificationsToUsers({ ...request, userIds: ["ada", "ben"] });
    await callboard.transaction((transaction) =>
      callboard.queueNotificationsToUsers(request, { transaction }),
    );
    expect(await rows()).toHaveLength(3);
    expect(logger.entries).toMatchObject([{ level: "warn", fields: { err: down, count: 2 } }]);
  });

  test("the log of a refused and of a failed call holds no text and no address", async () => {
    const scheduler: Scheduler = { ...manualScheduler(), wake: () => Promise.reject(new Error("down")) };
    const { callboard, logger } = await openStage(kind, { scheduler });
    await callboard.queueNotificationsToUsers({ ...request, context: { order: "secret-17" } });
    expect(logger.entries).toHaveLength(1);
    expect(logger.text()).not.toContain("secret-17");
    expect(logger.text()).not.toContain("ada@chat");
  });
});

describe("in the host's own SQLite transaction", () => {
  async function openHost() {
    const clock = testClock();
    const { db, storage } = await openSqlite(clock);
    await db.schema.createTable("orders").addColumn("number", "text").execute();
    const stage = stageOn(storage, { clock });
    await stage.callboard.templates.load();
    await stage.callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada@chat" } }]);
    const orders = () => db.selectFrom("orders").selectAll().execute();
    return { ...stage, db, orders };
  }

  test("the host's row and the notification commit together", async () => {
    const { callboard, db, orders, rows, bells } = await openHost();
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto("orders").values({ number: "A-17" }).execute();
      const { queued } = await callboard.queueNotificationsToUsers(request, { transaction });
      expect(bells.wakes).toMatchObject([{ ids: [queued[0]!.id] }]);
      // Handed on, so that an engine that can enlists; only then may it ring.
      expect(bells.wakes[0]!.transaction).toBe(transaction);
    });
    expect(await orders()).toEqual([{ number: "A-17" }]);
    expect(await rows()).toMatchObject([{ userId: "ada", status: "pending" }]);
  });

  test("a conflict that the host catches leaves nothing of the call, also of the first thousand people", async () => {
    const { callboard, db, rows } = await openHost();
    const userIds = Array.from({ length: 1_100 }, (_, index) => `user-${String(index).padStart(4, "0")}`);
    await callboard.contacts.save(userIds.map((userId) => ({ userId, addresses: { chat: userId } })));
    const keyed = { ...request, idempotencyKey: "evt-1" };
    await callboard.queueNotificationsToUsers({ ...keyed, userIds: ["user-1099"] });
    await db.transaction().execute(async (transaction) => {
      const changed = { ...keyed, userIds, context: { order: "another" } };
      const error = await failure(callboard.queueNotificationsToUsers(changed, { transaction }));
      expect(error).toMatchObject({ name: "IdempotencyConflictError" });
    });
    expect(await rows()).toMatchObject([{ userId: "user-1099" }]);
  });

  test("the host's row and the notification roll back together", async () => {
    const { callboard, db, orders, rows } = await openHost();
    const reason = new Error("the host changed its mind");
    const error = await failure(
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto("orders").values({ number: "A-17" }).execute();
        await callboard.queueNotificationsToUsers(request, { transaction });
        throw reason;
      }),
    );
    expect(error).toBe(reason);
    expect(await orders()).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test("the host's row commits with callboard.transaction(), which rings after the commit", async () => {
    const { callboard, orders, rows, bells } = await openHost();
    await callboard.transaction(async (transaction) => {
      await transaction.insertInto("orders").values({ number: "A-17" }).execute();
      await callboard.queueNotificationsToUsers(request, { transaction });
      expect(bells.wakes).toEqual([]);
    });
    expect(await orders()).toEqual([{ number: "A-17" }]);
    expect(await rows()).toHaveLength(1);
    expect(bells.wakes).toHaveLength(1);
  });

  test("a call that is refused leaves the host's transaction usable", async () => {
    const { callboard, db, orders, rows } = await openHost();
    await db.transaction().execute(async (transaction) => {
      await failure(
        callboard.queueNotificationsToUsers({ ...request, groupNames: ["Nobody"] }, { transaction }),
      );
      await transaction.insertInto("orders").values({ number: "A-17" }).execute();
    });
    expect(await orders()).toEqual([{ number: "A-17" }]);
    expect(await rows()).toEqual([]);
  });
});
