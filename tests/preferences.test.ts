import type { InboundMessage, WebhookNews } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, type ChatTransport, onStage, type Stage, type Worker } from "./engine-stage.js";
import { failure } from "./queue-stage.js";
import { heard, storageKinds } from "./webhook-stage.js";

const at = new Date("2026-01-01T00:00:09Z");
const ada = { userId: "user-1", channel: "chat" } as const;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "contacts.optOut() silences a person on a channel, and optIn() ends it; each is told once",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const wishes = heard([worker], "contact.preference");
      const { contacts } = worker.callboard;
      expect([await contacts.optOut(ada), await contacts.optOut(ada)]).toEqual([true, false]);
      expect(await chatOf(stage)).toMatchObject({ optedOutAt: stage.clock.now(), marketingOptedOutAt: null });
      expect(await skippedBy(worker)).toEqual(["opted-out"]);
      await stage.clock.advance(1);
      expect([await contacts.optIn(ada), await contacts.optIn(ada)]).toEqual([true, false]);
      expect(await skippedBy(worker)).toEqual([]);
      const wish = { channel: "chat", address: addressOf(1), alias: null, scope: "everything" };
      expect(wishes.map(({ event }) => event)).toEqual([
        { ...wish, optedOut: true, at: new Date("2026-01-01T00:00:00Z") },
        { ...wish, optedOut: false, at: stage.clock.now() },
      ]);
    }),
  );

  test(
    "contacts.optOut() of marketing spares a person what the channel calls marketing, and nothing else",
    onStage(kind, {}, async (stage) => {
      const base = fakeTransport("chat", { clock: stage.clock });
      const transport: ChatTransport = { ...base, isMarketing: ({ text }) => text.includes("to be paid") };
      const worker = await stage.started({ transport });
      expect(await worker.callboard.contacts.optOut({ ...ada, scope: "marketing" })).toBe(true);
      expect(await chatOf(stage)).toMatchObject({ optedOutAt: null, marketingOptedOutAt: stage.clock.now() });
      expect([await skippedBy(worker), await skippedBy(worker, "invoice")]).toEqual([[], ["opted-out"]]);
    }),
  );

  test(
    "what waits for a person who opts out is not sent any more where the channel asks right before, and explain() says why",
    onStage(kind, {}, async (stage) => {
      const base = fakeTransport("chat", { clock: stage.clock });
      const transport: ChatTransport = { ...base, route: () => ({ type: "send", route: {} }) };
      const worker = await stage.started({ transport });
      const inAMinute = new Date(stage.clock.now().getTime() + 60_000);
      const id = await stage.queueOne(worker, { at: inAMinute });
      await worker.callboard.contacts.optOut(ada);
      await stage.until(async () => (await stage.get(id)).status === "cancelled", { stepMs: 5_000 });
      const explanation = await worker.callboard.notifications.explain(id);
      expect(explanation?.next).toEqual({ type: "nothing", at: null, because: "unwanted" });
      expect(explanation?.text.split("\n").slice(-2)).toEqual([
        expect.stringMatching(
          / unwanted +asked right before sending: "They asked for silence on chat before it could be sent\."$/,
        ),
        expect.stringMatching(/ next +nothing: the person did not want it any more$/),
      ]);
      expect(transport.sent).toEqual([]);
    }),
  );

  test(
    "contacts.optOut() of a person without an address on the channel is an UnknownContactError",
    onStage(kind, {}, async (stage) => {
      const { contacts } = stage.worker().callboard;
      await contacts.save([{ userId: "nobody" }]);
      for (const userId of ["nobody", "never-seen"]) {
        const error = await failure(contacts.optOut({ userId, channel: "chat" }));
        expect(error).toMatchObject({ name: "UnknownContactError", userId, channel: "chat" });
      }
    }),
  );

  test.each([
    [{ userId: "", channel: "chat" }, "InvalidOptionsError", "contacts.optOut({ userId })"],
    [{ ...ada, scope: "some" }, "InvalidOptionsError", "contacts.optOut({ scope })"],
    [{ ...ada, until: at }, "InvalidOptionsError", "contacts.optOut({ until })"],
    [{ ...ada, channel: "fax" }, "UnknownChannelError", undefined],
  ])("contacts.optOut(%o) is an %s", (request, name, path) =>
    onStage(kind, {}, async (stage) => {
      const { contacts } = stage.worker().callboard;
      expect(await failure(contacts.optOut(request as never))).toMatchObject({ name, ...(path && { path }) });
      expect(await chatOf(stage)).toMatchObject({ optedOutAt: null });
    })(),
  );

  test(
    "a wish that comes by webhook counts, in the order of its time, and is told when it is news",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const wishes = heard([worker], "contact.preference");
      const stop = { address: addressOf(1), scope: "everything", optedOut: true, at } as const;
      const earlier = { ...stop, optedOut: false, at: new Date(at.getTime() - 1) };
      await receive(worker, { preferences: [stop, earlier] });
      await receive(worker, { preferences: [stop] });
      await receive(worker, { preferences: [earlier] });
      expect(await chatOf(stage)).toMatchObject({ optedOutAt: at });
      expect(wishes.map(({ event }) => event.optedOut)).toEqual([true]);
    }),
  );

  test(
    "a wish of somebody who is nobody's contact is told to nobody, and is no error",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const wishes = heard([worker], "contact.preference");
      const stop = { address: "chat:9999", scope: "everything", optedOut: true, at } as const;
      await receive(worker, { preferences: [stop] });
      expect(wishes).toEqual([]);
    }),
  );

  test(
    "a host that keeps people itself is told of the wish and the new address of whoever is no contact here",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker({ recipients: { find: async () => [] } });
      const wishes = heard([worker], "contact.preference");
      const moves = heard([worker], "contact.moved");
      const stop = { address: "chat:9999", scope: "everything", optedOut: true, at } as const;
      const move = { address: "chat:9999", newAddress: "chat:8888", newAlias: null };
      await receive(worker, { preferences: [stop], moves: [move] });
      expect(wishes.map(({ event }) => event)).toEqual([{ channel: "chat", alias: null, ...stop }]);
      expect(moves.map(({ event }) => event)).toEqual([
        { channel: "chat", userId: null, former: "chat:9999", address: "chat:8888" },
      ]);
    }),
  );

  test(
    "what a person writes is told with its text, and opens the window unless it says otherwise",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const messages = heard([worker], "message.received");
      const later = new Date(at.getTime() + 1_000);
      const inbound: InboundMessage[] = [
        { address: addressOf(1), alias: "ZW.1", at, text: "Hello" },
        { address: null, alias: "ZW.1", at: later, opensWindow: false },
      ];
      await receive(worker, { inbound });
      expect(await chatOf(stage)).toMatchObject({ lastInboundAt: at, alias: "ZW.1" });
      expect(messages.map(({ event }) => event)).toEqual([
        { channel: "chat", address: addressOf(1), alias: "ZW.1", at, text: "Hello" },
        { channel: "chat", address: null, alias: "ZW.1", at: later, text: null },
      ]);
    }),
  );

  test(
    "a new address is told once, with whose it is, and the next message goes there",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const moves = heard([worker], "contact.moved");
      const move = { address: addressOf(1), newAddress: addressOf(2), newAlias: null };
      await receive(worker, { moves: [move] });
      await receive(worker, { moves: [move] });
      expect(moves.map(({ event }) => event)).toEqual([
        { channel: "chat", userId: "user-1", former: addressOf(1), address: addressOf(2) },
      ]);
      expect((await stage.get(await stage.queueOne(worker))).address).toBe(addressOf(2));
    }),
  );
});

async function receive({ callboard, transport }: Worker, news: Partial<WebhookNews>): Promise<void> {
  const { status } = await callboard.webhook("chat", transport.webhookRequest(news));
  expect(status).toBe(200);
}

async function chatOf({ storage }: Stage) {
  const [contact] = await storage.contacts.getMany(["user-1"]);
  return contact?.addresses.chat;
}

/** Why a call leaves the person out. */
async function skippedBy({ callboard }: Worker, template: "order" | "invoice" = "order") {
  const request = { template, context: { order: "SO-1" }, userIds: ["user-1"] };
  const { skipped } = await callboard.queueNotificationsToUsers(request);
  return skipped.map(({ reason }) => reason);
}
