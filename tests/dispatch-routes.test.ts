import type { MessageToRoute, Route, RouteFacts } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { type ChatTransport, onStage, type Stage } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const send: Route = { type: "send", route: { form: "plain" } };
const failure = {
  failureClass: "template",
  providerCode: null,
  message: "Its words wait for a review.",
  hint: "Wait for it.",
} as const;

/** A transport that answers every question about a message's form with what `route` says. */
function routedTransport(stage: Stage, route: (message: MessageToRoute, facts: RouteFacts) => Route) {
  return { ...fakeTransport("chat", { clock: stage.clock }), route } satisfies ChatTransport;
}

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a message that is routed is sent in the form that its transport chose",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ transport: routedTransport(stage, () => send) });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(worker.transport.sent.map(({ route }) => route)).toEqual([{ form: "plain" }]);
    }),
  );

  test(
    "route() is asked with what is known of the person and of the last failure right before each attempt",
    onStage(kind, {}, async (stage) => {
      const asked: RouteFacts[] = [];
      const transport = routedTransport(stage, (_, facts) => {
        asked.push(facts);
        return send;
      });
      const worker = await stage.started({ transport, policy: { baseDelayMs: 1_000 } });
      const at = new Date("2025-12-31T23:00:00Z");
      await stage.storage.contacts.recordInbound([{ channel: "chat", address: "chat:0001", at }]);
      transport.failNext({ failureClass: "retry", providerCode: "131047", hint: "Wait." });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(asked.map(({ failure: last }) => last?.providerCode ?? null)).toEqual([null, "131047"]);
      expect(asked[0]?.recipient).toMatchObject({ userId: "user-1", active: true, lastInboundAt: at });
    }),
  );

  test(
    "a message that has to wait keeps its reason, spends no attempt, and is sent once it may be",
    onStage(kind, {}, async (stage) => {
      let answer: Route = { type: "wait", failure, againInMs: 60_000 };
      const worker = await stage.started({ transport: routedTransport(stage, () => answer) });
      const told: string[] = [];
      worker.callboard.observe(
        "notification.retrying",
        ({ notification }) => void told.push(notification.failure?.message ?? ""),
      );
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).failure !== null);
      expect(await stage.get(id)).toMatchObject({ status: "pending", failure, attempts: 0 });
      for (let minute = 0; minute < 3; minute += 1) await stage.clock.advance(66_000);
      // The same reason is told once.
      expect(told).toEqual([failure.message]);
      answer = send;
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 10_000 });
      expect(await stage.attemptsOf(id)).toHaveLength(1);
    }),
  );

  test(
    "a message that can never be sent in its form fails at once, without an attempt",
    onStage(kind, {}, async (stage) => {
      const refusal = { ...failure, failureClass: "permanent-request" } as const;
      const transport = routedTransport(stage, () => ({ type: "refuse", failure: refusal }));
      const worker = await stage.started({ transport });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "failed");
      expect(await stage.get(id)).toMatchObject({ failure: refusal, attempts: 0 });
      expect(await stage.attemptsOf(id)).toEqual([]);
      expect(worker.transport.sent).toEqual([]);
    }),
  );

  test.each([
    ["everything", "silence on chat"],
    ["marketing", "no marketing on chat"],
  ] as const)(
    "a person who opts out of %s after it was queued is not told, and the story says why",
    async (scope, words) =>
      onStage(kind, {}, async (stage) => {
        const isMarketing = () => true;
        const transport = { ...routedTransport(stage, () => send), isMarketing };
        const worker = stage.worker({ transport });
        await worker.callboard.templates.load();
        const id = await stage.queueOne(worker);
        const at = stage.clock.now();
        await stage.storage.contacts.recordPreferences([
          { channel: "chat", address: "chat:0001", scope, optedOut: true, at },
        ]);
        await worker.callboard.start();
        await stage.until(async () => (await stage.get(id)).status === "cancelled");
        const [intervention] = await stage.storage.notifications.interventionsOf([id]);
        expect(intervention?.reason).toContain(words);
        expect(worker.transport.sent).toEqual([]);
      })(),
  );

  test(
    "a person who has a new address by the time of sending is told there, and not at the old one",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker({ transport: routedTransport(stage, () => send) });
      await worker.callboard.templates.load();
      const id = await stage.queueOne(worker);
      await worker.callboard.contacts.save([{ userId: "user-1", addresses: { chat: "chat:new" } }]);
      await worker.callboard.start();
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(worker.transport.sent.map(({ to }) => to)).toEqual(["chat:new"]);
    }),
  );

  test(
    "a person who wants no marketing is skipped by marketing at once, and told everything else",
    onStage(kind, {}, async (stage) => {
      const at = stage.clock.now();
      await stage.storage.contacts.recordPreferences([
        { channel: "chat", address: "chat:0001", scope: "marketing", optedOut: true, at },
      ]);
      const isMarketing = ({ text }: { text: string }) => text.includes("SO-7");
      const worker = await stage.started({
        transport: { ...routedTransport(stage, () => send), isMarketing },
      });
      const queue = (order: string) =>
        worker.callboard.queueNotificationsToUsers({
          ...{ template: "order", context: { order }, userIds: ["user-1"] },
        });
      const { skipped } = await queue("SO-7");
      expect(skipped).toMatchObject([{ userId: "user-1", reason: "opted-out" }]);
      expect(await queue("SO-8")).toMatchObject({ queued: [{ userId: "user-1" }] });
    }),
  );

  test(
    "messages whose facts cannot be read are handed back, and sent when the store answers again",
    onStage(kind, {}, async (stage) => {
      let isDown = true;
      const { contacts } = stage.storage;
      const getMany: typeof contacts.getMany = (userIds, options) => {
        // Only outside of queueing, which has no trouble here.
        if (isDown && queued) return Promise.reject(new Error("The store is away."));
        return contacts.getMany(userIds, options);
      };
      let queued = false;
      const worker = stage.worker({
        transport: routedTransport(stage, () => send),
        storage: { ...stage.storage, contacts: { ...contacts, getMany } },
      });
      await worker.callboard.templates.load();
      const id = await stage.queueOne(worker);
      queued = true;
      await worker.callboard.start();
      await stage.clock.advance(20_000);
      expect(await stage.get(id)).toMatchObject({ status: "pending", attempts: 0, crashes: 0 });
      isDown = false;
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(await stage.attemptsOf(id)).toHaveLength(1);
    }),
  );
});
