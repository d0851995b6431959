import type { Receipt, Storage, WebhookStore } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { onStage, receipt, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { freeBodies, heard, storageKinds } from "./webhook-stage.js";

const minute = 60_000;
const dispatch = { concurrency: 500 };

/** The storage with some of its webhook verbs replaced. */
function withWebhooks<Tx>(storage: Storage<Tx>, verbs: Partial<WebhookStore>): Storage<Tx> {
  return { ...storage, webhooks: { ...storage.webhooks, ...verbs } };
}

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a webhook of up to 100 items is stored before the answer, and its body is not kept",
    onStage(kind, { people: 100 }, async (stage) => {
      const kept: string[] = [];
      const storage = withWebhooks(stage.storage, { keep: async ({ hash }) => void kept.push(hash) });
      const worker = await stage.started({ storage, dispatch });
      const receipts = await sentAll(stage, worker, 100);
      await stage.report(worker, ...receipts);
      expect([await stage.counts(), kept]).toEqual([{ delivered: 100 }, []]);
    }),
  );

  test(
    "a longer webhook is answered when its body is safe, and dealt with after that, each receipt once",
    onStage(kind, { people: 1_000 }, async (stage) => {
      const applying = Promise.withResolvers<void>();
      const storage = withVerbs(stage.storage, {
        applyReceipts: async (receipts, reduce) => {
          await applying.promise;
          return stage.storage.notifications.applyReceipts(receipts, reduce);
        },
      });
      const worker = await stage.started({ storage, dispatch });
      const delivered = heard([worker], "notification.delivered");
      const receipts = await sentAll(stage, worker, 1_000);
      await stage.report(worker, ...receipts);
      expect(await stage.counts()).toEqual({ sent: 1_000 });
      applying.resolve();
      await stage.until(async () => (await stage.counts()).delivered === 1_000);
      await worker.callboard.stop();
      expect(delivered).toHaveLength(1_000);
      await stage.clock.advance(2 * minute);
      expect(await freeBodies(stage)).toBe(0);
    }),
  );

  test(
    "a process that dies between the answer and the work leaves it to the sweep of another",
    onStage(kind, { people: 101 }, async (stage) => {
      const sender = await stage.started({ dispatch });
      const receipts = await sentAll(stage, sender, 101);
      await sender.callboard.stop();
      // It never comes back from its claim, as a process that was killed.
      const storage = withWebhooks(stage.storage, {
        claim: async (request) => {
          await stage.storage.webhooks.claim(request);
          throw new Error("The process is gone.");
        },
      });
      await stage.report(stage.worker({ storage }), ...receipts);
      expect(await stage.counts()).toEqual({ sent: 101 });
      const other = await stage.started({ dispatch: { sweepMs: 5_000 } });
      await stage.until(async () => (await stage.counts()).delivered === 101, { stepMs: 1_000 });
      await other.callboard.stop();
      await stage.clock.advance(2 * minute);
      expect(await freeBodies(stage)).toBe(0);
    }),
  );

  test(
    "a kept webhook that the store does not take waits for a minute, and does not keep back those behind it",
    onStage(kind, { people: 202 }, async (stage) => {
      const sender = await stage.started({ dispatch });
      const receipts = await sentAll(stage, sender, 202);
      await sender.callboard.stop();
      const dying = stage.worker({ storage: withWebhooks(stage.storage, { claim: async () => [] }) });
      await stage.report(dying, ...receipts.slice(0, 101));
      await stage.clock.advance(1);
      await stage.report(dying, ...receipts.slice(101));
      let failures = 1;
      const storage = withVerbs(stage.storage, {
        applyReceipts: async (given, reduce) => {
          if (failures-- > 0) throw new Error("the store is away");
          return stage.storage.notifications.applyReceipts(given, reduce);
        },
      });
      await stage.started({ storage, dispatch: { sweepMs: 5_000 } });
      await stage.until(async () => (await stage.counts()).delivered === 101);
      await stage.until(async () => (await stage.counts()).delivered === 202, { stepMs: 1_000 });
      expect(stage.clock.now().getTime() - new Date("2026-01-01").getTime()).toBeGreaterThan(minute);
      expect(stage.logger.entries.map(({ level, message }) => [level, message])).toEqual([
        ["error", "a kept webhook could not be stored; it is tried again in a minute"],
      ]);
    }),
  );

  test(
    "a long webhook that cannot be kept is answered with 503, and changes nothing until it is delivered again",
    onStage(kind, { people: 101 }, async (stage) => {
      let failures = 1;
      const storage = withWebhooks(stage.storage, {
        keep: async (webhook) => {
          if (failures-- > 0) throw new Error("the store is away");
          return stage.storage.webhooks.keep(webhook);
        },
      });
      const worker = await stage.started({ storage, dispatch });
      const receipts = await sentAll(stage, worker, 101);
      const answer = () => worker.callboard.webhook("chat", worker.transport.webhookRequest(...receipts));
      expect((await answer()).status).toBe(503);
      expect(await stage.counts()).toEqual({ sent: 101 });
      expect((await answer()).status).toBe(200);
      await stage.until(async () => (await stage.counts()).delivered === 101);
    }),
  );

  test(
    "while the store is down every webhook is answered with 503, and none of 1,000 is lost once it is back",
    onStage(kind, { people: 1_000 }, async (stage) => {
      let isDown = false;
      const storage = withVerbs(stage.storage, {
        applyReceipts: async (given, reduce) => {
          if (isDown) throw new Error("the store is away");
          return stage.storage.notifications.applyReceipts(given, reduce);
        },
      });
      const worker = await stage.started({ storage, dispatch });
      const receipts = await sentAll(stage, worker, 1_000);
      const answers = async () => {
        const requests = receipts.map((one) => worker.transport.webhookRequest(one));
        const given = await Promise.all(requests.map((request) => worker.callboard.webhook("chat", request)));
        return [...new Set(given.map(({ status }) => status))];
      };
      isDown = true;
      expect(await answers()).toEqual([503]);
      expect(await stage.counts()).toEqual({ sent: 1_000 });
      isDown = false;
      expect(await answers()).toEqual([200]);
      expect(await stage.counts()).toEqual({ delivered: 1_000 });
    }),
  );

  test(
    "stop() waits for what is being dealt with, also in a process that was never started",
    onStage(kind, { people: 101 }, async (stage) => {
      const sender = await stage.started({ dispatch });
      const receipts = await sentAll(stage, sender, 101);
      const receiver = stage.worker();
      await stage.report(receiver, ...receipts);
      await receiver.callboard.stop();
      expect(await stage.counts()).toEqual({ delivered: 101 });
    }),
  );

  test(
    "stop() waits for a store that does not answer no longer than its drainMs, and says so",
    onStage(kind, { people: 101 }, async (stage) => {
      const never = new Promise<never>(() => undefined);
      const storage = withVerbs(stage.storage, { applyReceipts: () => never });
      const receiver = stage.worker({ storage });
      const receipts = Array.from({ length: 101 }, (_, index) => receipt(`fake-${index + 1}`, "delivered"));
      await stage.report(receiver, ...receipts);
      await stage.stop(receiver, 1_000);
      expect(stage.logger.entries).toMatchObject([
        {
          level: "warn",
          fields: { count: 1 },
          message: "webhooks that are kept are left to other processes",
        },
      ]);
    }),
  );

  test(
    "a kept body that the transport cannot read once more is set aside whole, and logged without it",
    onStage(kind, { people: 101 }, async (stage) => {
      const base = fakeTransport("chat", { clock: stage.clock });
      const rereadWebhook = (body: string): never => {
        throw new Error(body);
      };
      const worker = stage.worker({ transport: { ...base, rereadWebhook } });
      const unread = heard([worker], "webhook.unread");
      const receipts = Array.from({ length: 101 }, (_, index) => receipt(`secret-${index}`, "delivered"));
      await stage.report(worker, ...receipts);
      await worker.callboard.stop();
      const aside = await stage.storage.webhooks.listAside({ limit: 10 });
      expect(aside.map(({ channel, body }) => [channel, body.includes("secret-100")])).toEqual([
        ["chat", true],
      ]);
      expect(unread.map(({ event }) => event)).toEqual([
        { channel: "chat", reason: "The transport failed when it read the body once more." },
      ]);
      expect(JSON.stringify(stage.logger.entries)).not.toContain("secret");
      await stage.clock.advance(2 * minute);
      expect(await freeBodies(stage)).toBe(0);
    }),
  );

  test(
    "what was set aside is forgotten after a week",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ dispatch: { sweepMs: 600_000 } });
      const piece = { reason: "It has no shape.", body: "[]" };
      await worker.callboard.webhook("chat", worker.transport.webhookRequest({ unread: [piece] }));
      const kept = async () => (await stage.storage.webhooks.listAside({ limit: 10 })).length;
      await stage.clock.advance(6 * 86_400_000);
      expect(await kept()).toBe(1);
      await stage.clock.advance(86_400_000 + 1_800_000);
      await stage.until(async () => (await kept()) === 0, { stepMs: 600_000 });
    }),
  );
});

/** Has a message to each of `people` accepted; returns the receipts of their delivery. */
async function sentAll(stage: Stage, worker: Worker, people: number): Promise<Receipt[]> {
  const before = worker.transport.sent.length;
  await stage.queue(worker, { people });
  await stage.until(async () => (await stage.counts()).sent === people);
  return worker.transport.sent
    .slice(before)
    .map((_, index) => receipt(`fake-${before + index + 1}`, "delivered"));
}
