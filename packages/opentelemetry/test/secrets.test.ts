import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTelemetry } from "../src/index.js";
import { Observer } from "./observer.js";
import { openStage } from "./stage.js";

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

const canaries = {
  user: "canary-user",
  name: "canary-name",
  address: "canary-address",
  text: "canary-text",
  metadata: "canary-metadata",
  related: "canary-related",
  key: "canary-key",
  words: "canary-words",
  hint: "canary-hint",
  token: "canary-token",
  message: "canary-message",
};

test("a whole life with failures tells no text, address, person, key or word of the provider's", async () => {
  const observer = new Observer();
  const stage = await openStage({ telemetry: openTelemetry(observer) });
  const { callboard, transport, clock } = stage;
  await callboard.contacts.save([
    { userId: canaries.user, name: canaries.name, addresses: { chat: canaries.address } },
  ]);
  const request = {
    template: "order",
    context: { order: canaries.text },
    userIds: [canaries.user],
    metadata: { note: canaries.metadata },
    relatedContact: { id: canaries.related },
  } as const;
  const { failureClass, hint } = { failureClass: "retry", hint: canaries.hint } as const;
  transport.failNext(new Error(`${canaries.words} ${canaries.token}`));
  await callboard.queueNotificationsToUsers({ ...request, idempotencyKey: `${canaries.key}-1` });
  await clock.advance(0);
  transport.failNext({ failureClass, hint });
  await callboard.queueNotificationsToUsers({ ...request, idempotencyKey: `${canaries.key}-2` });
  for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
  await stage.report(
    { ...transport.receipt("fake-3", "failed"), providerMessageId: canaries.message },
    transport.receipt("fake-3", "read"),
  );
  // The same key for something else is an error, whose message names the key.
  const conflict = { ...request, context: { order: "other" }, idempotencyKey: `${canaries.key}-2` };
  await expect(callboard.queueNotificationsToUsers(conflict)).rejects.toThrow(canaries.key);
  const stop = () => {
    throw Object.assign(new Error(canaries.words), { name: `${canaries.user} ${canaries.address}` });
  };
  await expect(callboard.queueNotificationsToUsers(request, { onProgress: stop })).rejects.toThrow();

  const names = new Set((await observer.spans()).map(({ name }) => name));
  expect([...names].sort()).toEqual([
    "callboard dispatch",
    "callboard queue",
    "callboard receipts",
    "callboard send chat",
  ]);
  expect(await observer.metrics()).not.toEqual([]);
  const text = await observer.text();
  expect(text).toContain("IdempotencyConflictError");
  expect(Object.values(canaries).filter((canary) => text.includes(canary))).toEqual([]);
  await stage.close();
  await observer.close();
});

test("metrics carry no id of anything", async () => {
  const observer = new Observer();
  const stage = await openStage({ telemetry: openTelemetry(observer), people: 3 });
  const { batchId, queued } = await stage.queue();
  await stage.clock.advance(0);
  await stage.report(stage.transport.receipt("fake-1", "read"));
  const text = JSON.stringify(await observer.metrics());
  expect(text).toContain("callboard.sends");
  const ids = [batchId, ...queued.flatMap(({ id, userId }) => [id, userId]), "fake-1"];
  expect(ids.filter((id) => text.includes(id))).toEqual([]);
  await stage.close();
  await observer.close();
});
