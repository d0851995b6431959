import { expect, test } from "vitest";
import { dayMs, openAccount, secondMs } from "./support/open-account.js";
import { templateMessage, textMessage } from "./support/open-simulator.js";

const person = "+263771234567";
const reply = { type: "reply", reply: { id: "y", title: "Yes" } };
const interactive = {
  messaging_product: "whatsapp",
  to: person,
  type: "interactive",
  interactive: { type: "button", body: { text: "Well?" }, action: { buttons: [reply] } },
};

/** Sends, waits, and tells the answer's code with what became of the message. */
async function outcome({ send, clock, simulator }: Awaited<ReturnType<typeof openAccount>>, body: unknown) {
  const answer = await send(body);
  await clock.advance(secondMs);
  const { status, errorCode } = simulator.messages().at(-1) ?? {};
  return [answer.body.error?.code ?? answer.status, status, errorCode];
}

test.each([
  ["a text", textMessage("Hello")],
  ["an interactive message", interactive],
])("%s to a person who never wrote is accepted, then fails with 131047", async (_, body) => {
  expect(await outcome(await openAccount(), body)).toEqual([200, "failed", 131047]);
});

test("a template needs no window and opens none", async () => {
  const account = await openAccount();
  expect(await outcome(account, templateMessage("order_shipped"))).toEqual([200, "read", null]);
  expect(await outcome(account, textMessage("Hello"))).toEqual([200, "failed", 131047]);
});

test("a person's message opens the window for 24 hours, and only for that person", async () => {
  const account = await openAccount({ statusDelaysMs: { sent: 0, delivered: null, read: null } });
  await account.simulator.receive({ from: person, text: "Hi" });
  await account.clock.advance(dayMs - secondMs);
  expect(await outcome(account, textMessage("Hello"))).toEqual([200, "sent", null]);
  expect(await outcome(account, textMessage("Hello"))).toEqual([200, "failed", 131047]);
  expect(await outcome(account, textMessage("Hello", { to: "+263771234568" }))).toEqual([
    200,
    "failed",
    131047,
  ]);
});

test("a later message starts the 24 hours anew", async () => {
  const account = await openAccount();
  await account.simulator.receive({ from: person, text: "Hi" });
  await account.clock.advance(dayMs - secondMs);
  await account.simulator.receive({ from: person, text: "Still there?" });
  await account.clock.advance(dayMs - 2 * secondMs);
  expect(await outcome(account, textMessage("Hello"))).toEqual([200, "read", null]);
});

test("a pressed button opens the window", async () => {
  const account = await openAccount();
  const quickReply = { type: "button", sub_type: "quick_reply", index: "0" };
  const { body } = await account.send(templateMessage("well", { components: [quickReply] }));
  await account.simulator.press({ messageId: body.messages[0].id, index: 0 });
  expect(await outcome(account, textMessage("Hello"))).toEqual([200, "read", null]);
});

test('window "open" lets free text through', async () => {
  expect(await outcome(await openAccount({ window: "open" }), textMessage("Hello"))).toEqual([
    200,
    "read",
    null,
  ]);
});

test('errorDelivery "sync" answers a closed window at once', async () => {
  const account = await openAccount({ errorDelivery: { 131047: "sync" } });
  expect(await outcome(account, textMessage("Hello"))).toEqual([131047, undefined, undefined]);
});

test.each([131026, 131042, 131049, 131050])(
  "a person in failures fails with %i, later or at once",
  async (code) => {
    const template = templateMessage("order_shipped");
    const failures = { [person]: code };
    expect(await outcome(await openAccount({ failures }), template)).toEqual([200, "failed", code]);
    const account = await openAccount({ failures, errorDelivery: { [code]: "sync" } });
    expect(await outcome(account, template)).toEqual([code, undefined, undefined]);
  },
);

test("an unreachable person fails with 131026, at once when so told", async () => {
  const unreachable = [person];
  const template = templateMessage("order_shipped");
  expect(await outcome(await openAccount({ unreachable }), template)).toEqual([200, "failed", 131026]);
  const account = await openAccount({ unreachable, errorDelivery: { 131026: "sync" } });
  expect(await outcome(account, template)).toEqual([131026, undefined, undefined]);
});

test("a read receipt marks earlier messages too; typing shows for 25 seconds or until a message", async () => {
  const { send, clock, simulator } = await openAccount();
  await simulator.receive({ from: person, text: "Hi" });
  const second = await simulator.receive({ from: person, text: "Hello?" });
  await simulator.receive({ from: person, text: "Hm." });
  const typing = { typing_indicator: { type: "text" } };
  const receipt = { messaging_product: "whatsapp", status: "read", message_id: second, ...typing };
  expect((await send(receipt)).body).toEqual({ success: true });
  expect(simulator.replies().map(({ readAt }) => readAt !== null)).toEqual([true, true, false]);
  await clock.advance(25 * secondMs - 1);
  expect(simulator.isTyping(person)).toBe(true);
  await clock.advance(1);
  expect(simulator.isTyping(person)).toBe(false);
  await send(receipt);
  await send(textMessage("Good morning"));
  expect(simulator.isTyping(person)).toBe(false);
});
