import type { ChannelTemplate, ChannelTemplateNews, Receipt, WebhookNews } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { addressOf, onStage, receipt, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds as embeddedKinds } from "./engine-storages.js";
import { heard, sentOne, storageKinds } from "./webhook-stage.js";

const day = 86_400_000;
const at = new Date("2026-01-01T00:00:07Z");

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "the same body on 20 connections of two processes moves a notification once, and is told once",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const workers = [worker, stage.worker()];
      const events = heard(
        workers,
        ...(["notification.read", "notification.acknowledged"] as const),
        ...(["contact.preference", "contact.moved", "template.reviewed"] as const),
      );
      await stage.storage.channelTemplates.save([pendingTemplate]);
      const press = worker.transport.press("fake-1", undefined, at);
      const body = {
        receipts: [press],
        preferences: [{ address: addressOf(1), scope: "marketing", optedOut: true, at } as const],
        moves: [{ address: addressOf(1), newAddress: null, newAlias: "ZW.1" }],
        templateNews: [approval],
      };
      const statuses = await Promise.all(
        Array.from({ length: 20 }, (_, index) => answerTo(workers[index % 2]!, body)),
      );
      // One that is in another's way is delivered again.
      expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
      expect(await answerTo(worker, body)).toBe(200);
      expect(await stage.get(id)).toMatchObject({ status: "read", acknowledgedAt: at });
      expect(await stage.storage.notifications.receiptsOf([id])).toHaveLength(1);
      expect(events.map(({ name }) => name).toSorted()).toEqual([
        ...["contact.preference", "notification.acknowledged"],
        ...["notification.read", "template.reviewed"],
      ]);
    }),
  );

  test(
    "a receipt that is older than 30 days is answered with 200, logged, and changes nothing",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const row = await stage.get(id);
      const ago = (ms: number) => new Date(stage.clock.now().getTime() - ms);
      const old = receipt("fake-1", "read", { occurredAt: ago(30 * day + 1) });
      expect(await answerTo(worker, { receipts: [old, old] })).toBe(200);
      expect(await stage.get(id)).toEqual(row);
      expect(stage.logger.entries).toEqual([
        {
          level: "debug",
          fields: { channel: "chat", count: 2 },
          message: "receipts that are older than 30 days are left out",
        },
      ]);
      const oldest = receipt("fake-1", "read", { occurredAt: ago(30 * day) });
      expect(await answerTo(worker, { receipts: [oldest] })).toBe(200);
      expect((await stage.get(id)).status).toBe("read");
    }),
  );

  test(
    "every order of sent, delivered, read and failed, of many messages in one another's midst, ends as read",
    onStage(kind, { people: 96 }, async (stage) => {
      const worker = await stage.started({ dispatch: { concurrency: 100 } });
      await stage.queue(worker, { people: 96 });
      await stage.until(async () => (await stage.counts()).sent === 96);
      const orders = permutations(["sent", "delivered", "read", "failed"] as const);
      const orderOf = (message: number) => orders[message % orders.length] ?? [];
      for (const turn of [0, 1, 2, 3]) {
        const receipts = worker.transport.sent.map((_, message) =>
          receipt(`fake-${message + 1}`, orderOf(message)[turn] ?? "sent"),
        );
        const before = await stage.all();
        expect(await answerTo(worker, { receipts })).toBe(200);
        expectNoFall(before, await stage.all());
      }
      const rows = await stage.all();
      expect(await stage.counts()).toEqual({ read: 96 });
      const history = await stage.storage.notifications.receiptsOf(rows.map(({ id }) => id));
      expect(history).toHaveLength(4 * 96);
    }),
  );

  test(
    "a part of a webhook that the store does not take keeps back no other part, and makes the answer 503",
    onStage(kind, {}, async (stage) => {
      const storage = withVerbs(stage.storage, {
        applyReceipts: async () => Promise.reject(new Error("the store is away")),
      });
      const worker = stage.worker({ storage });
      const body = { receipts: [receipt("fake-1", "read")], inbound: [{ address: addressOf(1), at }] };
      expect(await answerTo(worker, body)).toBe(503);
      const [contact] = await stage.storage.contacts.getMany(["user-1"]);
      expect(contact?.addresses.chat?.lastInboundAt).toEqual(at);
      expect(stage.logger.entries).toMatchObject([{ level: "error", fields: { channel: "chat" } }]);
    }),
  );

  test(
    "items that no database keeps are set aside, one by one, and the others count",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const unread = heard([worker], "webhook.unread");
      const bad = "\u0000";
      const address = addressOf(1);
      const body: Partial<WebhookNews> = {
        receipts: [receipt(bad, "read"), receipt("fake-1", "read")],
        inbound: [
          { address: bad, at },
          { address: null, at, text: "secret" },
          { address, at },
        ],
        preferences: [{ address, alias: bad, scope: "marketing", optedOut: true, at }],
        moves: [{ address, newAddress: bad, newAlias: null }],
        templateNews: [{ ...approval, remoteName: bad }],
        unread: [{ reason: "It has no shape.", body: '{"secret":1}' }],
      };
      expect(await answerTo(worker, body)).toBe(200);
      expect((await stage.get(id)).status).toBe("read");
      const reasons = [
        "It has no shape.",
        "a preference: its alias cannot be stored.",
        "a receipt: its providerMessageId cannot be stored.",
        "an inbound message: it names nobody.",
        "an inbound message: its address cannot be stored.",
        "a new address: its newAddress cannot be stored.",
        "news of a template: its remoteName cannot be stored.",
      ].toSorted();
      const aside = await stage.storage.webhooks.listAside({ limit: 100 });
      expect(aside.map(({ reason }) => reason).toSorted()).toEqual(reasons);
      expect(unread.map(({ event }) => event.reason).toSorted()).toEqual(reasons);
      expect(stage.logger.entries).toMatchObject([{ level: "warn", fields: { channel: "chat", count: 7 } }]);
      expect(JSON.stringify(stage.logger.entries)).not.toContain("secret");
    }),
  );

  test(
    "an alert is told with its cure, and pauses its channel for as long as it says, counted from when it was raised",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const events = heard([worker], "channel.alert", "channel.paused");
      await stage.clock.advance(10_000);
      const alert = {
        ...{ kind: "ACCOUNT_RESTRICTION", message: "The account is restricted.", hint: "Appeal." },
        ...{ pauseForMs: 60_000, at: new Date(stage.clock.now().getTime() - 10_000) },
      };
      expect(await answerTo(worker, { alerts: [alert, { ...alert, pauseForMs: null }] })).toBe(200);
      const [pause] = await worker.callboard.pauses.list();
      expect(pause).toMatchObject({
        ...{ channel: "chat", template: null, reason: "The account is restricted. Appeal." },
      });
      expect(events).toEqual([
        {
          name: "channel.paused",
          event: { channel: "chat", reason: "The account is restricted. Appeal.", forMs: 50_000 },
        },
        { name: "channel.alert", event: { ...alert, channel: "chat" } },
        { name: "channel.alert", event: { ...alert, channel: "chat", pauseForMs: null } },
      ]);
    }),
  );

  test(
    "an alert that is over when it is delivered pauses nothing, and a shorter one leaves a person's pause as it is",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const now = stage.clock.now();
      const alert = { kind: "FLAGGED", message: "Flagged.", hint: "Wait.", at: now };
      const over = { ...alert, pauseForMs: 1_000, at: new Date(now.getTime() - 1_000) };
      expect(await answerTo(worker, { alerts: [over] })).toBe(200);
      expect(await worker.callboard.pauses.list()).toEqual([]);
      const until = new Date(now.getTime() + day);
      await worker.callboard.pauses.pause({
        channel: "chat",
        template: null,
        reason: "Moving house.",
        until,
      });
      expect(await answerTo(worker, { alerts: [{ ...alert, pauseForMs: 60_000 }] })).toBe(200);
      expect(await worker.callboard.pauses.list()).toMatchObject([{ reason: "Moving house." }]);
    }),
  );
});

describe.each(embeddedKinds)("on $name", (kind) => {
  test(
    "a body that is delivered 1,000 times over 8 days moves a notification once, and is answered with 200 each time",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      await worker.callboard.stop();
      const events = heard([worker], "notification.delivered");
      const body = { receipts: [receipt("fake-1", "delivered")] };
      const answers = new Set([await answerTo(worker, body)]);
      const row = await stage.get(id);
      for (let time = 1; time < 1_000; time += 1) {
        await stage.clock.advance((8 * day) / 1_000);
        answers.add(await answerTo(worker, body));
      }
      expect([...answers]).toEqual([200]);
      expect(await stage.get(id)).toEqual(row);
      expect(events).toHaveLength(1);
      expect(await stage.storage.notifications.receiptsOf([id])).toHaveLength(1);
    }),
  );
});

const handedIn = new Date("2026-01-01T00:00:00Z");

const pendingTemplate: ChannelTemplate = {
  ...{ channel: "chat", remoteName: "order_v1", language: "en", remoteId: "t-1" },
  ...{ template: "order", version: 1, fingerprint: "f", expressions: ["it.order"] },
  status: "pending",
  ...{ category: "utility", reason: null, submittedAt: handedIn, editedAt: [], statusAt: handedIn },
};

const approval: Omit<ChannelTemplateNews, "channel"> = {
  ...{ remoteId: "t-1", remoteName: null, language: null, category: null, reason: null, at },
  status: "approved",
};

async function answerTo({ callboard, transport }: Worker, news: Partial<WebhookNews>): Promise<number> {
  return (await callboard.webhook("chat", transport.webhookRequest(news))).status;
}

type Rows = Awaited<ReturnType<Stage["all"]>>;

function expectNoFall(before: Rows, after: Rows): void {
  const strength: Partial<Record<string, number>> = { sent: 1, failed: 1, delivered: 2, read: 3 };
  const byId = new Map(after.map((row) => [row.id, row]));
  for (const row of before) {
    const now = byId.get(row.id);
    expect(strength[now?.status ?? ""] ?? 0).toBeGreaterThanOrEqual(strength[row.status] ?? 0);
  }
}

function permutations<Item extends Receipt["status"]>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
