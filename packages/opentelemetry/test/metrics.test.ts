import type { Histogram } from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTelemetry } from "../src/index.js";
import { Observer } from "./observer.js";
import { openStage, type Stage } from "./stage.js";

let observer: Observer;
let stage: Stage;

beforeEach(async () => {
  observer = new Observer();
  stage = await openStage({ telemetry: openTelemetry(observer), people: 5 });
});

afterEach(async () => {
  await stage.close();
  await observer.close();
});

const chat = { "messaging.destination.name": "chat" };

async function counted(name: string) {
  return (await observer.points(name)).map(({ attributes, value }) => ({ ...attributes, value }));
}

async function measured(name: string) {
  return (await observer.points(name)).map(({ attributes, value }) => {
    const { count, sum, min, max } = value as Histogram;
    return { ...attributes, count, sum, min, max };
  });
}

test("callboard.notifications.queued counts what was written, and nobody who was skipped", async () => {
  await stage.queue();
  await stage.queue({ userIds: ["user-1", "nobody"] });
  expect(await counted("callboard.notifications.queued")).toEqual([
    { ...chat, "callboard.template": "order", value: 6 },
  ]);
});

test("callboard.notifications.queued counts nothing that was rolled back", async () => {
  const { callboard } = stage;
  const request = { template: "order", context: { order: "SO-1" }, userIds: ["user-1"] } as const;
  await callboard.transaction((transaction) => callboard.queueNotificationsToUsers(request, { transaction }));
  const failing = callboard.transaction(async (transaction) => {
    await callboard.queueNotificationsToUsers(request, { transaction });
    throw new Error("No.");
  });
  await expect(failing).rejects.toThrow("No.");
  expect(await counted("callboard.notifications.queued")).toMatchObject([{ value: 1 }]);
});

test("callboard.notifications.queued counts each page that is committed, also of a call that ends in the middle", async () => {
  const { callboard } = stage;
  await callboard.contacts.save(
    Array.from({ length: 1_500 }, (_, index) => ({
      userId: `user-${index + 1}`,
      name: "Somebody",
      addresses: { chat: `chat:${index + 1}` },
    })),
  );
  const userIds = Array.from({ length: 1_500 }, (_, index) => `user-${index + 1}`);
  const request = { template: "order", context: { order: "SO-1" }, userIds, idempotencyKey: "key" } as const;
  const onProgress = () => {
    throw new Error("Enough.");
  };
  const broken = callboard.queueNotificationsToUsers(request, { commit: "each-page", onProgress });
  await expect(broken).rejects.toThrow("Enough.");
  expect(await counted("callboard.notifications.queued")).toMatchObject([{ value: 1_000 }]);
  await callboard.queueNotificationsToUsers(request, { commit: "each-page" });
  expect(await counted("callboard.notifications.queued")).toMatchObject([{ value: 1_500 }]);
});

test("callboard.sends and callboard.send.duration take each attempt by outcome", async () => {
  stage.transport.failNext(
    { failureClass: "permanent-request", providerCode: "131009", hint: "Mend it." },
    2,
  );
  stage.transport.hold();
  await stage.queue();
  await stage.clock.advance(1_500);
  stage.transport.release();
  await stage.clock.advance(0);
  expect(await counted("callboard.sends")).toEqual([
    { ...chat, "callboard.outcome": "permanent-request", value: 2 },
    { ...chat, "callboard.outcome": "accepted", value: 3 },
  ]);
  expect(await measured("callboard.send.duration")).toEqual([
    { ...chat, "callboard.outcome": "permanent-request", count: 2, sum: 3, min: 1.5, max: 1.5 },
    { ...chat, "callboard.outcome": "accepted", count: 3, sum: 4.5, min: 1.5, max: 1.5 },
  ]);
});

test("callboard.dispatch.lag measures from when a notification was due", async () => {
  const { clock, callboard, storage } = stage;
  const at = new Date(clock.now().getTime() + 10_000);
  await stage.queue({ at, userIds: ["user-1"] });
  await callboard.stop();
  await clock.advance(25_000);
  const worker = await openStage({ telemetry: openTelemetry(observer), storage, clock });
  expect(await measured("callboard.dispatch.lag")).toEqual([
    { ...chat, count: 1, sum: 15, min: 15, max: 15 },
  ]);
  await worker.close();
});

test("callboard.receipts counts receipts by status, once they are stored", async () => {
  await stage.queue();
  await stage.clock.advance(0);
  const { receipt } = stage.transport;
  await stage.report(receipt("fake-1", "delivered"), receipt("fake-2", "delivered"));
  await stage.report(receipt("fake-1", "read"));
  const notStored = async () => {
    throw new Error("The database is gone.");
  };
  const { applyReceipts } = stage.storage.notifications;
  Object.assign(stage.storage.notifications, { applyReceipts: notStored });
  expect(await stage.report(receipt("fake-3", "read"))).toMatchObject({ status: 503 });
  Object.assign(stage.storage.notifications, { applyReceipts });
  expect(await counted("callboard.receipts")).toEqual([
    { ...chat, "callboard.receipt.status": "delivered", value: 2 },
    { ...chat, "callboard.receipt.status": "read", value: 1 },
  ]);
});

test("callboard.pauses counts one for an outage, however many sends it fails", async () => {
  stage.transport.failNext({ failureClass: "sender", providerCode: "190", hint: "Renew the token." }, 5);
  await stage.queue();
  await stage.clock.advance(0);
  expect(await counted("callboard.pauses")).toEqual([{ ...chat, value: 1 }]);
});

test("callboard.pauses counts one for an outage that two processes meet at once", async () => {
  const { clock, storage } = stage;
  const other = await openStage({ telemetry: openTelemetry(observer), storage, clock, people: 5 });
  for (const [process, userId] of [
    [stage, "user-1"],
    [other, "user-2"],
  ] as const) {
    process.transport.hold();
    process.transport.failNext({ failureClass: "sender", providerCode: "190", hint: "Renew the token." });
    await process.queue({ userIds: [userId] });
    await clock.advance(0);
    expect(process.transport.sent).toHaveLength(1);
  }
  stage.transport.release();
  other.transport.release();
  await clock.advance(0);
  expect(await counted("callboard.sends")).toMatchObject([{ "callboard.outcome": "sender", value: 2 }]);
  expect(await counted("callboard.pauses")).toEqual([{ ...chat, value: 1 }]);
  await other.close();
});

test("callboard.pauses tells the pause of one template from that of the channel", async () => {
  stage.transport.failNext({ failureClass: "template", providerCode: "132015", hint: "Approve it." });
  await stage.queue({ userIds: ["user-1"] });
  await stage.clock.advance(0);
  expect(await counted("callboard.pauses")).toEqual([{ ...chat, "callboard.template": "order", value: 1 }]);
});
