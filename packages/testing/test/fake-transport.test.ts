import { setImmediate as turn } from "node:timers/promises";
import { DeliveryError } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { runnerOf, transportConformance } from "../src/conformance.js";
import { type FakeTransport, fakeTransport, testClock } from "../src/index.js";
import { messageTo } from "./message-to.js";

let opened: FakeTransport;
transportConformance(runnerOf(test), {
  open: async () => {
    opened = fakeTransport("fake");
    return opened;
  },
  openRefused: async () => failing(),
  openUnanswered: async () => holding(),
  receivedTexts: async () => opened.sent.map(({ content }) => content.text),
  validAddress: " ada ",
  invalidAddress: " ",
});

const { signal } = new AbortController();
const refusal = { failureClass: "sender", providerCode: "131042", hint: "Pay the bill." } as const;

function failing(): FakeTransport {
  const transport = fakeTransport("fake");
  transport.failNext(refusal, 100);
  return transport;
}

function holding(): FakeTransport {
  const transport = fakeTransport("fake");
  transport.hold();
  return transport;
}

test("send() accepts everything, and gives the ids fake-1, fake-2 …", async () => {
  const transport = fakeTransport("whatsapp");
  const [one, two] = [messageTo("ada"), messageTo("ben")];
  expect(await transport.send(one, { signal })).toEqual({ providerMessageId: "fake-1" });
  expect(await transport.send(two, { signal })).toEqual({ providerMessageId: "fake-2" });
  expect(transport.sent).toEqual([one, two]);
});

test("failNext() with details fails so many sends with a DeliveryError of these details", async () => {
  const transport = fakeTransport("whatsapp");
  transport.failNext(refusal, 2);
  for (const attemptId of ["one", "two"]) {
    const error = await transport.send(messageTo("ada", attemptId), { signal }).catch((reason) => reason);
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject(refusal);
  }
  expect(await transport.send(messageTo("ada"), { signal })).toEqual({ providerMessageId: "fake-3" });
  expect(transport.sent).toHaveLength(3);
});

test("failNext() with an error throws that very error", async () => {
  const transport = fakeTransport("whatsapp");
  const error = new TypeError("fetch failed");
  transport.failNext(error);
  await expect(transport.send(messageTo("ada"), { signal })).rejects.toBe(error);
});

test("hold() keeps sends in flight until release()", async () => {
  const transport = holding();
  let answers = 0;
  const sending = ["ada", "ben"].map((to) =>
    transport.send(messageTo(to), { signal }).then(() => (answers += 1)),
  );
  await turn();
  expect([transport.sent.length, answers]).toEqual([2, 0]);
  transport.release();
  await Promise.all(sending);
  await transport.send(messageTo("cas"), { signal });
  expect(answers).toBe(2);
});

test("send() that is aborted while it is held ends as uncertain; release() does not mind", async () => {
  const transport = holding();
  const sending = transport.send(messageTo("ada"), { signal: AbortSignal.abort() });
  await expect(sending).rejects.toMatchObject({ name: "DeliveryError", failureClass: "uncertain" });
  transport.release();
});

test("receipt() knows the attempt of its message, and readWebhook() reads what webhookRequest() wrote", async () => {
  const clock = testClock();
  const transport = fakeTransport("whatsapp", { clock });
  await transport.send(messageTo("ada", "attempt-7"), { signal });
  const readAt = new Date("2026-01-01T08:00:00Z");
  const receipts = [transport.receipt("fake-1", "delivered"), transport.receipt("fake-1", "read", readAt)];
  expect(receipts).toMatchObject([
    {
      providerMessageId: "fake-1",
      attemptId: "attempt-7",
      status: "delivered",
      occurredAt: clock.now(),
      failure: null,
    },
    { status: "read", occurredAt: readAt },
  ]);
  const reading = await transport.readWebhook(transport.webhookRequest(...receipts));
  expect(reading.receipts).toEqual(receipts);
  expect(reading.inbound).toEqual([]);
  expect(reading.answer.status).toBe(200);
});

test("receipt() of a failure says why, and one for an unknown message has no attempt", () => {
  expect(fakeTransport("whatsapp").receipt("fake-9", "failed")).toMatchObject({
    attemptId: null,
    failure: { failureClass: "permanent-recipient", providerCode: "fake" },
  });
});

test("press() reports the first reply button of a message, or any other that is given", async () => {
  const clock = testClock();
  const transport = fakeTransport("whatsapp", { clock });
  const message = messageTo("ada", "attempt-7");
  const url = { type: "url", label: "Open", url: "https://example.com", suffix: null } as const;
  const buttons = [url, { type: "reply", id: "yes", label: "Yes" } as const];
  await transport.send({ ...message, content: { ...message.content, buttons } }, { signal });
  expect(transport.press("fake-1")).toEqual({
    providerMessageId: "fake-1",
    attemptId: "attempt-7",
    status: "acknowledged",
    occurredAt: clock.now(),
    failure: null,
    button: { id: "yes", label: "Yes" },
  });
  expect(transport.press("fake-2").button).toEqual({ id: "ack", label: "Acknowledge" });
  const at = new Date("2026-01-01T08:00:00Z");
  const other = { id: "no", label: "No" };
  expect(transport.press("fake-1", other, at)).toMatchObject({ button: other, occurredAt: at });
});

test("readWebhook() and rereadWebhook() read whatever news webhookRequest() was given, next to receipts", async () => {
  const transport = fakeTransport("whatsapp");
  const at = new Date("2026-01-01T08:00:00Z");
  const receipt = transport.receipt("fake-1", "read", at);
  const news = {
    inbound: [{ address: "ada", at, text: "Hello" }],
    preferences: [{ address: "ada", scope: "marketing", optedOut: true, at } as const],
    moves: [{ address: "ada", newAddress: "ada-2", newAlias: null }],
    unread: [{ reason: "It has no shape.", body: "[]" }],
  };
  const { answer, body, ...reading } = await transport.readWebhook(
    transport.webhookRequest(receipt, news, { inbound: [{ address: "ben", at }] }),
  );
  expect(reading).toEqual({
    ...{ ...news, receipts: [receipt], templateNews: [], alerts: [] },
    inbound: [...news.inbound, { address: "ben", at }],
  });
  expect(transport.rereadWebhook(body ?? "")).toEqual(reading);
});
