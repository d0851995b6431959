import { createCallboard } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { fakeTransport, manualScheduler, recordingLogger, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, templates } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

const events = {
  "order.created": z.object({ id: z.string(), lines: z.array(z.object({ count: z.number() })).default([]) }),
  "order.paid": z.object({ id: z.string() }),
};

async function openHost(kind: StorageKind, newId?: () => string) {
  const clock = testClock();
  const storage: Storage = await kind.open(clock);
  const logger = recordingLogger();
  const callboard = createCallboard({
    storage,
    scheduler: manualScheduler(),
    transports: [fakeTransport("chat", { clock })],
    templates,
    events,
    clock,
    logger,
    ...(newId && { newId }),
  });
  await callboard.templates.load();
  await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada" } }]);
  return { callboard, logger };
}

describe.each(storages)("on $name", (kind) => {
  test("forward() hands the event's name, id, checked data and transaction to its handlers", async () => {
    const { callboard } = await openHost(kind);
    const heard: unknown[] = [];
    callboard.on("order.created", (event) => void heard.push(event));
    callboard.on("order.paid", () => void heard.push("another event"));
    await callboard.transaction(async (transaction) => {
      await callboard.forward("order.created", { id: "A-17" }, { id: "evt_1", transaction });
      expect(heard).toEqual([
        { name: "order.created", id: "evt_1", data: { id: "A-17", lines: [] }, transaction },
      ]);
      expect((heard[0] as { transaction: unknown }).transaction).toBe(transaction);
    });
  });

  test("forward() without an id makes a new one for each call", async () => {
    let made = 0;
    const { callboard } = await openHost(kind, () => `id-${++made}`);
    const ids: string[] = [];
    callboard.on("order.paid", ({ id, transaction }) => {
      ids.push(id);
      expect(transaction).toBeUndefined();
    });
    const first = await callboard.forward("order.paid", { id: "A-17" });
    const second = await callboard.forward("order.paid", { id: "A-17" });
    expect(ids).toEqual([first.id, second.id]);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^id-\d+$/.test(id))).toBe(true);
  });

  test("forward() returns what the handlers returned, in the order of their registration", async () => {
    const { callboard } = await openHost(kind);
    const slow = Promise.withResolvers<string>();
    callboard.on("order.paid", () => slow.promise);
    callboard.on("order.paid", () => {
      slow.resolve("slow");
      return "quick";
    });
    callboard.on("order.paid", () => undefined);
    expect(await callboard.forward("order.paid", { id: "A-17" }, { id: "evt_1" })).toEqual({
      id: "evt_1",
      results: ["slow", "quick", undefined],
    });
  });

  test("forward() returns what a handler queued, and the same event again queues nothing", async () => {
    const { callboard } = await openHost(kind);
    callboard.on("order.created", ({ id, data }) =>
      callboard.queueNotificationsToUsers({
        template: "order_shipped",
        context: { order: data.id },
        userIds: ["ada"],
        idempotencyKey: id,
      }),
    );
    const first = await callboard.forward("order.created", { id: "A-17" }, { id: "evt_1" });
    const again = await callboard.forward("order.created", { id: "A-17" }, { id: "evt_1" });
    expect(first.results).toMatchObject([{ queued: [{ userId: "ada" }], skipped: [] }]);
    expect(again.results).toMatchObject([{ queued: [], skipped: [{ userId: "ada", reason: "duplicate" }] }]);
    expect((await callboard.notifications.page()).notifications).toHaveLength(1);
  });

  test("forward() in a transaction that rolls back leaves nothing of what its handlers queued", async () => {
    const { callboard } = await openHost(kind);
    callboard.on("order.created", ({ id, data, transaction }) =>
      callboard.queueNotificationsToUsers(
        { template: "order_shipped", context: { order: data.id }, userIds: ["ada"], idempotencyKey: id },
        { transaction },
      ),
    );
    const reason = new Error("the host changed its mind");
    const error = await failure(
      callboard.transaction(async (transaction) => {
        const { results } = await callboard.forward("order.created", { id: "A-17" }, { transaction });
        expect(results).toMatchObject([{ queued: [{ userId: "ada" }] }]);
        throw reason;
      }),
    );
    expect(error).toBe(reason);
    expect((await callboard.notifications.page()).notifications).toEqual([]);
  });

  test("forward() rejects with a handler's own error, after the others have ended", async () => {
    const { callboard } = await openHost(kind);
    const reason = new Error("no");
    const ended: string[] = [];
    const slow = Promise.withResolvers<void>();
    callboard.on("order.paid", () => {
      throw reason;
    });
    callboard.on("order.paid", async () => {
      await slow.promise;
      ended.push("slow");
    });
    callboard.on("order.paid", () => {
      ended.push("last");
      slow.resolve();
    });
    expect(await failure(callboard.forward("order.paid", { id: "A-17" }))).toBe(reason);
    expect(ended).toEqual(["last", "slow"]);
  });

  test("forward() rejects with all errors when several handlers fail", async () => {
    const { callboard } = await openHost(kind);
    const reasons = [new Error("first"), new Error("second")];
    callboard.on("order.paid", () => Promise.reject(reasons[0]));
    callboard.on("order.paid", () => "fine");
    callboard.on("order.paid", () => Promise.reject(reasons[1]));
    const error = await failure(callboard.forward("order.paid", { id: "A-17" }));
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toEqual(reasons);
    expect((error as AggregateError).message).toBe('2 handlers of event "order.paid" failed.');
  });

  test("forward() of data that does not fit runs no handler, and names the path", async () => {
    const { callboard } = await openHost(kind);
    const heard: unknown[] = [];
    callboard.on("order.created", (event) => void heard.push(event));
    const data = { id: "A-17", lines: [{ count: 1 }, { count: "2" }] };
    expect(await failure(callboard.forward("order.created", data as never))).toMatchObject({
      name: "InvalidContextError",
      subject: 'event "order.created"',
      problems: [{ path: "data.lines[1].count" }],
    });
    expect(heard).toEqual([]);
  });

  test("forward() and on() refuse an event that is not declared, with the known ones", async () => {
    const { callboard } = await openHost(kind);
    for (const name of ["order.creatd", "toString", "__proto__"]) {
      const unknown = { name: "UnknownEventError", event: name, known: ["order.created", "order.paid"] };
      expect(await failure(callboard.forward(name as never, {} as never))).toMatchObject(unknown);
      expect(await failure((async () => callboard.on(name as never, () => {}))())).toMatchObject(unknown);
    }
  });

  test("a handler that was taken away hears nothing more, and the others still do", async () => {
    const { callboard } = await openHost(kind);
    const heard: string[] = [];
    const forget = callboard.on("order.paid", () => void heard.push("first"));
    callboard.on("order.paid", () => void heard.push("second"));
    await callboard.forward("order.paid", { id: "A-17" });
    forget();
    forget();
    await callboard.forward("order.paid", { id: "A-17" });
    expect(heard).toEqual(["first", "second", "second"]);
  });

  test("an event that nothing handles is logged, and is no error", async () => {
    const { callboard, logger } = await openHost(kind);
    expect(await callboard.forward("order.paid", { id: "A-17" }, { id: "evt_1" })).toEqual({
      id: "evt_1",
      results: [],
    });
    expect(logger.entries).toEqual([
      {
        level: "warn",
        fields: { event: "order.paid" },
        message: "an event was forwarded that nothing handles",
      },
    ]);
  });

  test("a lifecycle listener that fails is logged, and changes nothing for the call or the other listeners", async () => {
    const { callboard, logger } = await openHost(kind);
    await callboard.groups.ensure(["Nobody"]);
    const heard: string[] = [];
    callboard.observe("group.empty", () => {
      throw new Error("thrown");
    });
    callboard.observe("group.empty", () => Promise.reject(new Error("rejected")));
    callboard.observe("group.empty", ({ groupName }) => void heard.push(groupName));
    await callboard.queueNotificationsToUsers({
      template: "order_shipped",
      context: { order: "A-17" },
      groupNames: ["Nobody"],
    });
    expect(heard).toEqual(["Nobody"]);
    expect(logger.entries).toMatchObject([
      { level: "error", fields: { event: "group.empty", err: { message: "thrown" } } },
      { level: "error", fields: { event: "group.empty", err: { message: "rejected" } } },
    ]);
  });
});
