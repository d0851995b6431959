import type { SimulatedTemplate, TemplateDecision } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { draft, hourMs, minuteMs, openAccount } from "./support/open-account.js";
import { templateMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const shipped = templateMessage("order_shipped", { parameters: ["A-17"] });

test("a created template can be sent once it is approved, and not before: 132001", async () => {
  const { create, send, clock, simulator } = await openAccount();
  await create(draft());
  const early = await send(shipped);
  expect([early.status, early.body.error.code]).toEqual([404, 132001]);
  expect(early.body.error.error_data.details).toMatch(/PENDING/);
  await clock.advance(minuteMs);
  expect((await send(shipped)).status).toBe(200);
  expect(simulator.messages()[0]?.text).toBe("Order A-17 is on its way to you.");
});

const decisions: [circumstance: string, decision: TemplateDecision, code: number][] = [
  ["rejected", { kind: "reject", reason: "SCAM" }, 132001],
  ["paused", { kind: "pause" }, 132015],
  ["disabled", { kind: "disable" }, 132016],
];

test.each(decisions)("a send of a %s template is refused with its own code", async (_, decision, code) => {
  const { create, send, simulator, clock } = await openAccount();
  const id = await create(draft());
  await clock.advance(minuteMs);
  simulator.decideTemplate(id, decision);
  expect((await send(shipped)).body.error.code).toBe(code);
  expect(simulator.messages()).toEqual([]);
});

test("once a template was created, other names are unknown, also after it was deleted", async () => {
  const { create, call, send } = await openAccount();
  expect((await send(templateMessage("anything"))).status).toBe(200);
  await create(draft());
  expect((await send(templateMessage("anything"))).body.error.code).toBe(132001);
  await call("DELETE", "100000000000002/message_templates?name=order_shipped");
  expect((await send(templateMessage("anything"))).body.error.code).toBe(132001);
});

test("strictTemplates refuses every name from the start", async () => {
  const { send } = await openAccount({ strictTemplates: true });
  expect((await send(templateMessage("anything"))).body.error.code).toBe(132001);
});

const buttons: SimulatedTemplate["buttons"] = [
  { type: "quick_reply", text: "Acknowledge" },
  { type: "copy_code", text: "Copy" },
  { type: "url", text: "Shop", url: "https://shop.example" },
];
const templates: SimulatedTemplate[] = [
  { name: "pictured", language: "en_US", headerMedia: "image", body: "Look at {{1}} please." },
  { name: "numbered", language: "en_US", header: "Order {{1}}", body: "Order {{1}} is here." },
  { name: "named", language: "en_US", body: "Hello {{first_name}} and welcome." },
  { name: "plain", language: "en_US", body: "Your order is here.", buttons },
  { name: "code", language: "en_US", category: "AUTHENTICATION", body: "{{1}} is your code." },
];

const text = (value: string, more = {}) => ({ type: "text", text: value, ...more });
const image = { type: "image", image: { link: "https://shop.example/a.png" } };
const header = (...parameters: object[]) => ({ type: "header", parameters });
const button = (index: number, sub_type: string, ...parameters: object[]) => ({
  type: "button",
  index: String(index),
  sub_type,
  parameters,
});
const coupon = button(1, "copy_code", { type: "coupon_code", coupon_code: "SALE" });
const withBody = (name: string, ...parameters: object[]) => {
  const template = { name, language: { code: "en_US" }, components: [{ type: "body", parameters }] };
  return { messaging_product: "whatsapp", to: "+263771234567", type: "template", template };
};

const refused: [circumstance: string, body: unknown, code: number, words: RegExp][] = [
  ["no picture for its header", templateMessage("pictured", { parameters: ["a"] }), 132012, /IMAGE.*UNKNOWN/],
  [
    "words for its picture",
    templateMessage("pictured", { parameters: ["a"], components: [header(text("a"))] }),
    132012,
    /IMAGE.*TEXT/,
  ],
  [
    "a picture for its words",
    templateMessage("numbered", { parameters: ["a"], components: [header(image)] }),
    132012,
    /TEXT.*IMAGE/,
  ],
  ["a picture in its body", withBody("named", image), 132012, /body.*TEXT.*IMAGE/],
  [
    "another name",
    withBody("named", text("Ada", { parameter_name: "name" })),
    132000,
    /first_name is missing/,
  ],
  [
    "a name for a number",
    templateMessage("numbered", {
      parameters: ["a"],
      components: [header(text("a", { parameter_name: "order" }))],
    }),
    132012,
    /numbers its parameters/,
  ],
  [
    "a header of 61 characters",
    templateMessage("numbered", { parameters: ["a"], components: [header(text("a".repeat(55)))] }),
    132005,
    /60/,
  ],
  ["no code to copy", templateMessage("plain"), 131008, /index 1 of type CopyCode/],
  [
    "a payload of another kind",
    templateMessage("plain", { components: [coupon, button(0, "quick_reply", text("a"))] }),
    132018,
    /payload, not text/,
  ],
  [
    "a button of another kind",
    templateMessage("plain", { components: [coupon, button(0, "url", text("a"))] }),
    132018,
    /index 0/,
  ],
  [
    "a value for a link without one",
    templateMessage("plain", { components: [coupon, button(2, "url", text("a"))] }),
    132018,
    /does not take/,
  ],
  ["a code of 16 characters", templateMessage("code", { parameters: ["1".repeat(16)] }), 132018, /15/],
];

test.each(refused)(
  "a send of a template with %s is refused with the right code",
  async (_, sent, code, words) => {
    const { send } = await openAccount({ templates });
    const { body } = await send(sent);
    expect(body.error.code).toBe(code);
    expect(body.error.error_data.details).toMatch(words);
  },
);

test("a picture, a code and a reply without a payload fit", async () => {
  const { send, simulator } = await openAccount({ templates });
  await send(templateMessage("pictured", { parameters: ["a"], components: [header(image)] }));
  await send(templateMessage("plain", { components: [coupon] }));
  expect(simulator.messages().map(({ header, text }) => [header, text])).toEqual([
    ["📷 Photo", "Look at a please."],
    [null, "Your order is here."],
  ]);
});

const offer = draft({ name: "offer", category: "MARKETING" });
const offered = templateMessage("offer", { parameters: ["A-17"] });
const heldBack = {
  templatePacing: { after: 1, heldMs: hourMs },
  statusDelaysMs: { delivered: null, read: null },
};

async function openPaced() {
  const { url, received } = await webhookReceiver();
  const account = await openAccount({ webhookUrl: url, ...heldBack });
  const id = await account.create(offer);
  await account.clock.advance(minuteMs);
  const answers = [await account.send(offered), await account.send(offered)];
  const statuses = () => account.simulator.messages().map(({ status, errorCode }) => errorCode ?? status);
  return { ...account, id, answers, statuses, received };
}

test("templatePacing holds what is beyond the first sends of a new marketing template, and says so", async () => {
  const { answers, clock, statuses } = await openPaced();
  expect(answers.map(({ body }) => body.messages[0].message_status)).toEqual([
    "accepted",
    "held_for_quality_assessment",
  ]);
  await clock.advance(hourMs - 1);
  expect(statuses()).toEqual(["sent", "accepted"]);
  await clock.advance(minuteMs);
  expect(statuses()).toEqual(["sent", "sent"]);
});

test("held messages go out when the template is graded green, and later ones are not held", async () => {
  const { id, send, simulator, clock, statuses } = await openPaced();
  simulator.decideTemplate(id, { kind: "grade", score: "GREEN" });
  await send(offered);
  await clock.advance(minuteMs);
  expect(statuses()).toEqual(["sent", "sent", "sent"]);
});

test("held messages fail with 132015 when the template is paused, and stay so", async () => {
  const { id, simulator, clock, statuses } = await openPaced();
  await clock.advance(minuteMs);
  simulator.decideTemplate(id, { kind: "pause" });
  await clock.advance(5 * hourMs);
  expect(statuses()).toEqual(["sent", 132015]);
});

test("templatePacing leaves utility templates alone", async () => {
  const { create, send, clock, simulator } = await openAccount({ templatePacing: { after: 0 } });
  await create(draft());
  await clock.advance(minuteMs);
  await send(shipped);
  expect(simulator.messages()[0]?.isHeld).toBe(false);
});
