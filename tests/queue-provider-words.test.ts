import { DeliveryError } from "@callboard/core";
import type { Receipt } from "@callboard/core/adapter";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, chatTransport, onStage, receipt, type Stage, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const words = "\u0000half \ud83d, whole 😀\u0000";
const mended = "\ufffdhalf \ufffd, whole 😀\ufffd";
/** A cut at 255 or 4,000 goes through a character. */
const long = `x${"😀".repeat(5_000)}`;
const failureClass = "permanent-recipient" as const;
const unstorableIds = ["x".repeat(256), "wamid.\u0000", "wamid.\ud83d", ""];

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "what a provider says of a failure is kept with U+FFFD in the place of what no database stores",
    onStage(kind, {}, async (stage) => {
      const error = new DeliveryError(words, { failureClass, providerCode: words, hint: words });
      const id = await failedWith(stage, error);
      expect((await stage.get(id)).failure).toEqual({
        failureClass,
        providerCode: mended,
        message: mended,
        hint: mended,
      });
      expect(await stage.attemptsOf(id)).toMatchObject([{ providerCode: mended, message: mended }]);
    }),
  );

  test(
    "what a provider says at length is cut: the code to 255 characters, the message and the hint to 4,000",
    onStage(kind, {}, async (stage) => {
      const error = new DeliveryError(long, { failureClass, providerCode: long, hint: long });
      const { failure } = await stage.get(await failedWith(stage, error));
      expect(failure!.providerCode).toBe(long.slice(0, 255));
      const cut = `${long.slice(0, 3_999)}\ufffd`;
      expect([failure!.message, failure!.hint]).toEqual([cut, cut]);
    }),
  );

  test(
    "a code that is a number, from a transport without types, is kept as text",
    onStage(kind, {}, async (stage) => {
      const details = { failureClass, providerCode: 131026, hint: "Ask." } as const;
      const error = new DeliveryError("Gone.", { ...details, providerCode: 131026 as unknown as string });
      expect((await stage.get(await failedWith(stage, error))).failure!.providerCode).toBe("131026");
    }),
  );

  test(
    "an error that is none of ours is kept as uncertain, in words that can be stored",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext(new Error(words + long));
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "uncertain");
      const { message } = (await stage.get(id)).failure!;
      expect(message).toMatch(/^Error: \ufffdhalf \ufffd, whole 😀\ufffdx😀/);
      expect(message).toHaveLength(4_000);
      expect(message.isWellFormed()).toBe(true);
    }),
  );

  test(
    "a receipt that says why in such words is applied in words that can be stored",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const failure = { failureClass, providerCode: words, message: words, hint: long };
      const { attemptId } = worker.transport.sent[0]!;
      await stage.report(worker, receipt("fake-1", "failed", { attemptId, failure }));
      expect(await stage.get(id)).toMatchObject({
        status: "failed",
        failure: { providerCode: mended, message: mended, hint: `${long.slice(0, 3_999)}\ufffd` },
      });
    }),
  );

  test.each(unstorableIds)(
    "the message id %j of an accepted message counts as none, and the message as sent",
    (providerMessageId) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started({ transport: chatTransport(async () => ({ providerMessageId })) });
        const id = await sentOne(stage, worker);
        expect((await stage.get(id)).providerMessageId).toBeNull();
        expect(await stage.attemptsOf(id)).toMatchObject([{ outcome: "accepted", providerMessageId: null }]);
      })(),
  );

  test(
    "receipts for message ids that cannot be stored are set aside and counted in the log, and the others are applied",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const id = await sentOne(stage, worker);
      const strange = unstorableIds.map((providerMessageId) => receipt(providerMessageId, "read"));
      await stage.report(worker, ...strange, receipt("fake-1", "delivered"));
      expect((await stage.get(id)).status).toBe("delivered");
      expect(stage.logger.entries).toEqual([
        {
          level: "warn",
          fields: {
            channel: "chat",
            count: 4,
            reasons: ["a receipt: its providerMessageId cannot be stored."],
          },
          message: "a webhook could not be read in full; the rest is set aside",
        },
      ]);
      expect(await stage.storage.webhooks.listAside({ limit: 10 })).toHaveLength(4);
      await stage.report(worker, ...strange);
      expect(stage.logger.entries).toHaveLength(2);
    }),
  );

  test.each(["x".repeat(65), "\u0000", "\ud83d", ""])(
    "a receipt that echoes %j as its attempt is stored without it, and matched by its message id",
    (attemptId) =>
      onStage(kind, {}, async (stage) => {
        const handed: (string | null)[] = [];
        const storage = withVerbs(stage.storage, {
          applyReceipts: (receipts, reduce) => {
            handed.push(...receipts.map((one) => one.attemptId));
            return stage.storage.notifications.applyReceipts(receipts, reduce);
          },
        });
        const worker = await stage.started({ storage });
        const id = await sentOne(stage, worker);
        const fitting = "x".repeat(64);
        await stage.report(
          worker,
          receipt("fake-1", "delivered", { attemptId }),
          receipt("of-another-tool", "read", { attemptId: fitting }),
        );
        expect(handed).toEqual([null, fitting]);
        expect((await stage.get(id)).status).toBe("delivered");
        expect(stage.logger.entries).toEqual([]);
      })(),
  );

  test(
    "a message from an address that cannot be stored is nobody's, and the others are noted",
    onStage(kind, {}, async (stage) => {
      const base = fakeTransport("chat");
      const at = new Date("2026-01-01T00:00:09Z");
      const addresses = [...unstorableIds, addressOf(1)];
      const inbound = addresses.map((address) => ({ address, at }));
      const receipts: Receipt[] = [];
      const readWebhook = async () => ({ answer: new Response(), receipts, inbound });
      const asked: unknown[] = [];
      const { contacts } = stage.storage;
      const recordInbound: typeof contacts.recordInbound = (messages) => {
        asked.push(...messages.map(({ address }) => address));
        return contacts.recordInbound(messages);
      };
      const storage = { ...stage.storage, contacts: { ...contacts, recordInbound } };
      const worker = stage.worker({ storage, transport: { ...base, readWebhook } });
      await worker.callboard.webhook("chat", base.webhookRequest());
      expect(asked).toEqual([addressOf(1)]);
      const [contact] = await contacts.getMany(["user-1"]);
      expect(contact?.addresses.chat).toMatchObject({ lastInboundAt: at });
    }),
  );
});

async function failedWith(stage: Stage, error: Error): Promise<string> {
  const worker = await stage.started();
  worker.transport.failNext(error);
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "failed");
  return id;
}

async function sentOne(stage: Stage, worker: Awaited<ReturnType<Stage["started"]>>): Promise<string> {
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "sent");
  return id;
}
