import { UnknownChannelError } from "@callboard/core";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, onStage, receipt, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const day = 86_400_000;

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "webhook() answers what the transport says, after the receipts are stored and not before",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<void>();
      const storage = withVerbs(stage.storage, {
        applyReceipts: async (receipts, reduce) => {
          await store.promise;
          return stage.storage.notifications.applyReceipts(receipts, reduce);
        },
      });
      const base = fakeTransport("chat");
      const readWebhook: typeof base.readWebhook = async (request) => ({
        ...(await base.readWebhook(request)),
        answer: new Response("thank you", { status: 202 }),
      });
      const worker = await stage.started({ storage, transport: { ...base, readWebhook } });
      const id = await sentOne(stage, worker);
      const answers: Response[] = [];
      const request = worker.transport.webhookRequest(receipt("fake-1", "delivered"));
      const answering = worker.callboard.webhook("chat", request).then((answer) => void answers.push(answer));
      await stage.clock.advance(0);
      expect([answers, (await stage.get(id)).status]).toEqual([[], "sent"]);
      store.resolve();
      await answering;
      expect([answers[0]?.status, await answers[0]?.text()]).toEqual([202, "thank you"]);
      expect((await stage.get(id)).status).toBe("delivered");
    }),
  );

  test(
    "webhook() answers 503 when the store takes no receipts, and the same request delivered again counts",
    onStage(kind, {}, async (stage) => {
      let failures = 1;
      const storage = withVerbs(stage.storage, {
        applyReceipts: async (receipts, reduce) => {
          if (failures-- > 0) throw new Error("the store is away");
          return stage.storage.notifications.applyReceipts(receipts, reduce);
        },
      });
      const worker = await stage.started({ storage });
      const id = await sentOne(stage, worker);
      const request = () => worker.transport.webhookRequest(receipt("fake-1", "delivered"));
      expect((await worker.callboard.webhook("chat", request())).status).toBe(503);
      expect((await stage.get(id)).status).toBe("sent");
      expect(stage.logger.entries).toMatchObject([{ level: "error", fields: { channel: "chat" } }]);
      expect((await worker.callboard.webhook("chat", request())).status).toBe(200);
      expect((await stage.get(id)).status).toBe("delivered");
    }),
  );

  test(
    "webhook() of a channel that nobody has, or that reads no webhooks, is an UnknownChannelError",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      const request = () => worker.transport.webhookRequest();
      await expect(worker.callboard.webhook("pigeon" as "chat", request())).rejects.toThrow(
        UnknownChannelError,
      );
      const { readWebhook, ...deaf } = fakeTransport("chat");
      const other = stage.worker({ transport: deaf as typeof worker.transport });
      await expect(other.callboard.webhook("chat", request())).rejects.toThrow(UnknownChannelError);
    }),
  );

  test(
    "webhook() works in a process that was never started",
    onStage(kind, {}, async (stage) => {
      const sender = await stage.started();
      const id = await sentOne(stage, sender);
      await stage.report(stage.worker(), receipt("fake-1", "read"));
      expect((await stage.get(id)).status).toBe("read");
    }),
  );

  test(
    "webhook() notes when a person wrote, by address",
    onStage(kind, { people: 2 }, async (stage) => {
      const base = fakeTransport("chat");
      const at = new Date("2026-01-01T00:00:09Z");
      const inbound = [{ address: addressOf(2), at }];
      const readWebhook = async () => ({ answer: new Response(), receipts: [], inbound });
      const worker = stage.worker({ transport: { ...base, readWebhook } });
      await worker.callboard.webhook("chat", base.webhookRequest());
      const [contact] = await stage.storage.contacts.getMany(["user-2"]);
      expect(contact?.addresses.chat).toMatchObject({ lastInboundAt: at });
    }),
  );

  test(
    "receipts that come before the answer are applied with it when they carry only the message id",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const events = statusEvents(worker);
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      const early = [receipt("fake-1", "delivered"), receipt("fake-1", "sent")];
      await stage.report(worker, ...early);
      expect((await stage.get(id)).status).toBe("sending");
      worker.transport.release();
      await stage.until(async () => (await stage.get(id)).status === "delivered");
      expect(await stage.get(id)).toMatchObject({ deliveredAt: early[0]!.occurredAt, attempts: 1 });
      expect(events).toEqual(["sent", "delivered"]);
    }),
  );

  test.each(["sent", "delivered", "read"] as const)(
    "a receipt of %s that carries the attempt's id counts before the answer, which then changes nothing",
    (status) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        worker.transport.hold();
        const id = await stage.queueOne(worker);
        await stage.until(() => worker.transport.sent.length === 1);
        const { attemptId } = worker.transport.sent[0]!;
        await stage.report(worker, receipt("fake-1", status, { attemptId }));
        const row = await stage.get(id);
        expect(row).toMatchObject({ status, attempts: 1, providerMessageId: "fake-1" });
        worker.transport.release();
        await stage.until(async () => (await stage.attemptsOf(id))[0]!.outcome === "accepted");
        expect(await stage.get(id)).toEqual(row);
        await stage.clock.advance(600_000);
        expect(worker.transport.sent).toHaveLength(1);
      })(),
  );

  test(
    "a receipt that matches nothing is kept for a day, and then forgotten",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ dispatch: { sweepMs: 600_000 } });
      await stage.report(worker, receipt("fake-1", "delivered"));
      await stage.clock.advance(day / 2);
      await stage.report(worker, receipt("fake-2", "delivered"));
      await stage.clock.advance(day / 2 + 1_200_000);
      const [first, second] = [await stage.queueOne(worker), await stage.queueOne(worker)];
      await stage.until(async () => (await stage.get(second)).deliveredAt !== null);
      const byMessage = new Map([first, second].map((id) => [id, id]));
      expect(byMessage.size).toBe(2);
      const rows = await Promise.all([first, second].map((id) => stage.get(id)));
      const statusOf = (message: string) =>
        rows.find(({ providerMessageId }) => providerMessageId === message)?.status;
      expect([statusOf("fake-1"), statusOf("fake-2")]).toEqual(["sent", "delivered"]);
    }),
  );

  test(
    "a webhook with 1,000 receipts moves all 1,000 notifications",
    onStage(kind, { people: 1_000 }, async (stage) => {
      const worker = await stage.started({ dispatch: { concurrency: 500 } });
      await stage.queue(worker, { people: 1_000 });
      await stage.until(async () => (await stage.counts()).sent === 1_000);
      const delivered: string[] = [];
      worker.callboard.observe(
        "notification.delivered",
        ({ notification }) => void delivered.push(notification.id),
      );
      const receipts = worker.transport.sent.map((_, index) => receipt(`fake-${index + 1}`, "delivered"));
      await stage.report(worker, ...receipts);
      await stage.until(async () => (await stage.counts()).delivered === 1_000);
      expect(new Set(delivered).size).toBe(1_000);
      await stage.report(worker, ...receipts);
      await stage.stop(worker);
      expect(delivered).toHaveLength(1_000);
    }),
  );
});

async function sentOne(stage: Stage, worker: Worker): Promise<string> {
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "sent");
  return id;
}

/** The statuses that a worker tells of, in order. */
function statusEvents({ callboard }: Worker): string[] {
  const seen: string[] = [];
  for (const status of ["sent", "delivered", "read", "failed", "retrying"] as const) {
    callboard.observe(`notification.${status}`, () => void seen.push(status));
  }
  return seen;
}
