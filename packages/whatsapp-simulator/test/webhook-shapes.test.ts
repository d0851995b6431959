import { startSimulator } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { fakeClock } from "./support/fake-clock.js";
import { openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

test("shape v23 carries conversation, whose end only sent tells, and no contacts", async () => {
  const receiver = await webhookReceiver();
  const { send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    webhookDelivery: { shape: "v23" },
  });
  await send(templateMessage("order_shipped"));
  await pass(1_000);
  const values = receiver.received.map(({ value }) => value);
  expect(values.every((value) => !("contacts" in value))).toBe(true);
  expect(values.map(({ statuses: [status] }) => status.conversation)).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      expiration_timestamp: "1795507200",
      origin: { type: "utility" },
    },
    { id: expect.stringMatching(/^[0-9a-f]{32}$/), origin: { type: "utility" } },
    undefined,
  ]);
});

const utility = { name: "order_shipped", language: "en_US", body: "On its way." };
const marketing = { name: "sale", language: "en_US", body: "Come!", category: "MARKETING" as const };

const prices: [day: string, circumstance: string, name: string | null, isOpen: boolean, price: object][] = [
  [
    "2025-06-30",
    "utility",
    "order_shipped",
    true,
    { pricing_model: "CBP", billable: true, category: "utility" },
  ],
  ["2025-06-30", "free text", null, true, { pricing_model: "CBP", billable: false, category: "service" }],
  [
    "2025-07-01",
    "utility in the window",
    "order_shipped",
    true,
    { billable: false, type: "free_customer_service" },
  ],
  ["2025-07-01", "utility outside the window", "order_shipped", false, { billable: true, type: "regular" }],
  [
    "2026-09-30",
    "marketing in the window",
    "sale",
    true,
    { billable: true, type: "regular", category: "marketing" },
  ],
  [
    "2026-09-30",
    "free text",
    null,
    true,
    { billable: false, type: "free_customer_service", category: "service" },
  ],
  ["2026-10-01", "free text", null, true, { billable: true, type: "regular", category: "service" }],
  ["2026-10-01", "utility in the window", "order_shipped", true, { billable: true, type: "regular" }],
];

test.each(prices)("on %s %s has the price of that day", async (day, _, name, isOpen, price) => {
  const receiver = await webhookReceiver();
  const clock = fakeClock(new Date(`${day}T12:00:00Z`));
  const { simulator, send } = await openSimulator({
    clock,
    webhookUrl: receiver.url,
    templates: [utility, marketing],
  });
  if (isOpen) await simulator.receive({ from: "+263771234567", text: "Hi" });
  await send(name === null ? textMessage("Hello") : templateMessage(name));
  clock.advance(40);
  await simulator.settled();
  expect(receiver.received.at(-1)?.value.statuses[0].pricing).toMatchObject(price);
});

const tariro = { from: "+263771234567", text: "Hi" };

test("identity phone-and-bsuid tells both in statuses, contacts and messages", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    identity: "phone-and-bsuid",
    people: { "+263771234567": { name: "Tariro", username: "@tariro" } },
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  await send(textMessage("Hello"));
  await pass(0);
  await simulator.receive(tariro);
  const user_id = expect.stringMatching(/^ZW\.[0-9]{20}$/);
  const [status, message] = receiver.received.map(({ value }) => value);
  const contact = { profile: { name: "Tariro", username: "@tariro" }, wa_id: "263771234567", user_id };
  expect(status).toMatchObject({
    contacts: [contact],
    statuses: [{ recipient_id: "263771234567", recipient_user_id: user_id }],
  });
  expect(message).toMatchObject({
    contacts: [contact],
    messages: [{ from: "263771234567", from_user_id: user_id }],
  });
  expect(message.messages[0].from_user_id).toBe(status.statuses[0].recipient_user_id);
});

test("identity bsuid-only leaves the phone number out everywhere, for one person or for all", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send, pass } = await openSimulator({
    webhookUrl: receiver.url,
    people: { "+263771234567": { name: "Tariro", identity: "bsuid-only" } },
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  await send(textMessage("Hello"));
  await pass(0);
  await simulator.receive(tariro);
  await simulator.announce("user_preferences", { from: "+263771234567", value: "stop" });
  expect(receiver.received).toHaveLength(3);
  for (const { value } of receiver.received) {
    const { statuses = [{}], messages = [{}], contacts } = value;
    expect(statuses[0]).not.toHaveProperty("recipient_id");
    expect(messages[0]).not.toHaveProperty("from");
    expect(contacts[0]).not.toHaveProperty("wa_id");
    expect(contacts[0].user_id).toMatch(/^ZW\./);
  }
  await simulator.receive({ from: "+12025550100", text: "Hi" });
  expect(receiver.received[3]?.value.messages[0]).toMatchObject({ from: "12025550100" });
});

test("the user id of one person differs from business to business", async () => {
  const receiver = await webhookReceiver();
  for (const businessAccountId of ["1", "2", "1"]) {
    const simulator = await startSimulator({
      webhookUrl: receiver.url,
      businessAccountId,
      identity: "bsuid-only",
    });
    await simulator.receive(tariro);
    await simulator.stop();
  }
  const [first, second, third] = receiver.received.map(({ value }) => value.contacts[0].user_id);
  expect(second).not.toBe(first);
  expect(third).toBe(first);
});

test("a send to the user id that webhooks told reaches the person, and the answer tells no phone number", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send } = await openSimulator({ webhookUrl: receiver.url, identity: "bsuid-only" });
  await simulator.receive(tariro);
  const recipient = receiver.received[0]?.value.messages[0].from_user_id;
  const { to: _, ...message } = textMessage("Hello");
  const { status, body } = await send({ ...message, recipient });
  expect(status).toBe(200);
  expect(body.contacts).toEqual([{ input: recipient, user_id: recipient }]);
  expect(simulator.messages()).toMatchObject([{ to: "+263771234567", text: "Hello" }]);
});

test("a user id that nobody has is refused with 131009, and an authentication template for one with 131062", async () => {
  const receiver = await webhookReceiver();
  const code = { name: "code", language: "en_US", body: "{{1}} is it.", category: "AUTHENTICATION" as const };
  const { simulator, send } = await openSimulator({
    webhookUrl: receiver.url,
    identity: "bsuid-only",
    templates: [code],
  });
  const { to: _, ...message } = templateMessage("code", { parameters: ["123456"] });
  expect((await send({ ...message, recipient: "ZW.1" })).body.error.code).toBe(131009);
  await simulator.receive(tariro);
  const recipient = receiver.received[0]?.value.messages[0].from_user_id;
  expect((await send({ ...message, recipient })).body.error.code).toBe(131062);
  expect(simulator.messages()).toEqual([]);
});
