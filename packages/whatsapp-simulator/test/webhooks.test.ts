import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";
import { type WebhookReceiver, webhookReceiver } from "./support/webhook-receiver.js";

const statuses = ({ received }: WebhookReceiver) => received.map(({ value }) => value.statuses[0].status);

test("an accepted message is reported as sent, delivered and read, in order and at its time", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 1_000, delivered: 2_000, read: 60_000 },
  });
  await send(textMessage("Hello"));
  await pass(999);
  expect(statuses(receiver)).toEqual([]);
  await pass(1_001);
  expect(statuses(receiver)).toEqual(["sent", "delivered"]);
  await pass(58_000);
  expect(statuses(receiver)).toEqual(["sent", "delivered", "read"]);
  expect(receiver.received.map(({ value }) => value.statuses[0].timestamp)).toEqual([
    "1795420801",
    "1795420802",
    "1795420860",
  ]);
  expect(simulator.messages()[0]).toMatchObject({ status: "read", readAt: new Date("2026-11-23T08:01:00Z") });
});

test("a status webhook has Meta's envelope, the callback data and a price", async () => {
  const receiver = await webhookReceiver();
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    people: { "+263771234567": "Tariro" },
  });
  const { body } = await send({ ...templateMessage("order_shipped"), biz_opaque_callback_data: "attempt-7" });
  await pass(40);
  expect(JSON.parse(receiver.received[0]!.raw.toString())).toEqual({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "100000000000002",
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: "15550100000", phone_number_id: "100000000000001" },
              contacts: [{ profile: { name: "Tariro" }, wa_id: "263771234567" }],
              statuses: [
                {
                  id: body.messages[0].id,
                  status: "sent",
                  timestamp: "1795420800",
                  recipient_id: "263771234567",
                  biz_opaque_callback_data: "attempt-7",
                  pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
                },
              ],
            },
          },
        ],
      },
    ],
  });
});

test("the price stands on sent and on exactly one of delivered and read", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({ webhookUrl: receiver.url });
  await send(textMessage("Hello"));
  await pass(1_000);
  expect(receiver.received.map(({ value }) => "pricing" in value.statuses[0])).toEqual([true, true, false]);
  await simulator.stop();

  const skipping = await openSimulator({ webhookUrl: receiver.url, statusDelaysMs: { delivered: null } });
  await skipping.send(textMessage("Hello"));
  await skipping.pass(1_000);
  expect(statuses(receiver).slice(3)).toEqual(["sent", "read"]);
  expect(receiver.received.slice(3).map(({ value }) => "pricing" in value.statuses[0])).toEqual([true, true]);
});

test("the signature fits the raw bytes, which escape emoji, accents and slashes as Meta does", async () => {
  const receiver = await webhookReceiver();
  const { simulator } = await openSimulator({ webhookUrl: receiver.url, appSecret: "s3cret/é" });
  await simulator.receive({ from: "+263771234567", text: "Café 🌿 </b> 1/2" });
  const [{ raw, headers, value } = expect.fail()] = receiver.received;
  const expected = createHmac("sha256", "s3cret/é").update(raw).digest("hex");
  expect(headers["x-hub-signature-256"]).toBe(`sha256=${expected}`);
  const legacy = createHmac("sha1", "s3cret/é").update(raw).digest("hex");
  expect(headers["x-hub-signature"]).toBe(`sha1=${legacy}`);
  expect(headers["content-type"]).toBe("application/json");
  expect(raw.toString("latin1")).toContain(String.raw`"Caf\u00e9 \ud83c\udf3f <\/b> 1\/2"`);
  expect(raw.every((byte) => byte < 128)).toBe(true);
  expect(value.messages[0].text.body).toBe("Café 🌿 </b> 1/2");
});

test("a refused webhook is posted again after growing gaps, and later statuses wait for it", async () => {
  const receiver = await webhookReceiver();
  receiver.answers.push(500, 302);
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    webhookRetryDelaysMs: [100, 1_000],
    statusDelaysMs: { sent: 0, delivered: 1, read: 2 },
  });
  await send(textMessage("Hello"));
  await pass(2);
  expect(statuses(receiver)).toEqual(["sent"]);
  await pass(100);
  expect(statuses(receiver)).toEqual(["sent", "sent"]);
  await pass(999);
  expect(statuses(receiver)).toEqual(["sent", "sent"]);
  await pass(1);
  expect(statuses(receiver)).toEqual(["sent", "sent", "sent", "delivered", "read"]);
  expect(simulator.webhookReport()).toEqual({ delivered: 3, refused: 2, abandoned: 0, problem: null });
});

test("a webhook that nobody takes is given up after its retries, and the simulator lives on", async () => {
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: "http://127.0.0.1:9/nobody",
    webhookRetryDelaysMs: [10, 10],
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  await send(textMessage("Hello"));
  for (let step = 0; step < 3; step += 1) await pass(10);
  expect(simulator.webhookReport()).toMatchObject({ delivered: 0, refused: 3, abandoned: 1 });
  expect(simulator.webhookReport().problem).toContain("ECONNREFUSED");
  expect((await send(textMessage("Hello"))).status).toBe(200);
});

test("one message that waits for its retry does not hold up another", async () => {
  const receiver = await webhookReceiver();
  receiver.answers.push(500);
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    statusDelaysMs: { sent: 5, delivered: null, read: null },
  });
  const first = await send(textMessage("one"));
  await pass(5);
  const second = await send(textMessage("two"));
  await pass(5);
  const ids = receiver.received.map(({ value }) => value.statuses[0].id);
  expect(ids).toEqual([first.body.messages[0].id, second.body.messages[0].id]);
});

test("a message to an unreachable number is accepted and then reported as failed with 131026", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    unreachable: ["+263 77 123 4567"],
  });
  expect((await send(textMessage("Hello"))).status).toBe(200);
  await pass(1_000);
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]?.value).not.toHaveProperty("contacts");
  expect(receiver.received[0]?.value.statuses[0]).toMatchObject({
    status: "failed",
    recipient_id: "263771234567",
    errors: [{ code: 131026, title: "Message undeliverable", error_data: { details: expect.any(String) } }],
  });
  expect(simulator.messages()[0]).toMatchObject({ status: "failed", errorCode: 131026 });
});

test("receive() tells of a person's text as Meta would", async () => {
  const receiver = await webhookReceiver();
  const { simulator } = await openSimulator({ webhookUrl: receiver.url });
  const id = await simulator.receive({ from: "+263771234567", text: "STOP" });
  expect(receiver.received[0]?.value).toMatchObject({
    contacts: [{ profile: { name: "263771234567" }, wa_id: "263771234567" }],
    messages: [{ from: "263771234567", id, timestamp: "1795420800", type: "text", text: { body: "STOP" } }],
  });
});

test("receive() refuses a number or a text that no person could send", async () => {
  const { simulator } = await openSimulator();
  await expect(simulator.receive({ from: "nobody", text: "Hi" })).rejects.toThrow(TypeError);
  await expect(simulator.receive({ from: "+263771234567", text: " " })).rejects.toThrow(TypeError);
});

test("press() reports a template's quick reply as button and an interactive one as button_reply", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send } = await openSimulator({ webhookUrl: receiver.url });
  const quickReply = {
    type: "button",
    sub_type: "quick_reply",
    index: 0,
    parameters: [{ type: "payload", payload: "ack" }],
  };
  const template = await send(templateMessage("order_shipped", { components: [quickReply] }));
  await simulator.press({ messageId: template.body.messages[0].id, index: 0 });
  const interactive = await send({
    messaging_product: "whatsapp",
    to: "+263771234567",
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "Well?" },
      action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] },
    },
  });
  await simulator.press({ messageId: interactive.body.messages[0].id, index: 0 });
  const context = (id: string) => ({ from: "15550100000", id });
  expect(receiver.received.map(({ value }) => value.messages[0])).toMatchObject([
    {
      type: "button",
      button: { payload: "ack", text: "Button 1" },
      context: context(template.body.messages[0].id),
    },
    {
      type: "interactive",
      interactive: { type: "button_reply", button_reply: { id: "y", title: "Yes" } },
      context: context(interactive.body.messages[0].id),
    },
  ]);
  await expect(simulator.press({ messageId: "wamid.none", index: 0 })).rejects.toThrow("There is no message");
});

test("setWebhookUrl() moves later webhooks, and null stops them", async () => {
  const [first, second] = [await webhookReceiver(), await webhookReceiver()];
  const { simulator } = await openSimulator({ webhookUrl: first.url });
  await simulator.receive({ from: "+263771234567", text: "one" });
  simulator.setWebhookUrl(second.url);
  await simulator.receive({ from: "+263771234567", text: "two" });
  simulator.setWebhookUrl(null);
  await simulator.receive({ from: "+263771234567", text: "three" });
  expect([first.received.length, second.received.length]).toEqual([1, 1]);
  expect(() => simulator.setWebhookUrl("file:///etc/passwd")).toThrow(TypeError);
});

test("reset() drops statuses that have not happened yet", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({ webhookUrl: receiver.url });
  await send(textMessage("Hello"));
  simulator.reset();
  await pass(1_000);
  expect(receiver.received).toEqual([]);
});

test("a thousand messages at once are all reported, each in order", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    limits: { messagesPerSecond: null, pairBurst: null },
  });
  await Promise.all(Array.from({ length: 1_000 }, () => send(textMessage("Hello"))));
  await pass(1_000);
  await receiver.atLeast(3_000);
  for (const { id } of simulator.messages()) {
    const own = receiver.received.filter(({ value }) => value.statuses[0].id === id);
    expect(own.map(({ value }) => value.statuses[0].status)).toEqual(["sent", "delivered", "read"]);
  }
  await simulator.settled();
  expect(simulator.webhookReport()).toMatchObject({ delivered: 3_000, refused: 0, abandoned: 0 });
}, 30_000);

const handshakes: [
  circumstance: string,
  answer: (challenge: string | null) => [number, string],
  expected: object,
][] = [
  ["repeats the challenge", (challenge) => [200, challenge ?? ""], { verified: true, problem: null }],
  ["answers 403", () => [403, ""], { verified: false, httpStatus: 403 }],
  ["answers something else", (challenge) => [200, `"${challenge}"`], { verified: false, httpStatus: 200 }],
];

test.each(handshakes)("verifyWebhook() reports an address that %s", async (_, answer, expected) => {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://receiver");
    asked.push(searchParams);
    const [status, text] = answer(searchParams.get("hub.challenge"));
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?tenant=7`;
  const { simulator } = await openSimulator({ webhookUrl });
  expect(await simulator.verifyWebhook("my token")).toMatchObject(expected);
  expect(Object.fromEntries(asked[0]!)).toMatchObject({
    tenant: "7",
    "hub.mode": "subscribe",
    "hub.verify_token": "my token",
  });
});

test("verifyWebhook() reports an address where nobody answers", async () => {
  const { simulator } = await openSimulator({ webhookUrl: "http://127.0.0.1:9/" });
  expect(await simulator.verifyWebhook("token")).toMatchObject({ verified: false, httpStatus: null });
});
