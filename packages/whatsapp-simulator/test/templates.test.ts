import type { SimulatedTemplate } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { openSimulator, templateMessage } from "./support/open-simulator.js";

const templates: SimulatedTemplate[] = [
  {
    name: "order_shipped",
    language: "en_US",
    header: "Order {{1}}",
    body: "Hello {{1}}, *{{2}}* is on its way.",
    footer: "Staff notice",
    buttons: [
      { type: "quick_reply", text: "Acknowledge" },
      { type: "url", text: "Track", url: "https://shop.example/{{1}}" },
    ],
  },
  { name: "welcome", language: "en_US", body: "Hello {{first_name}}" },
  { name: "counted", language: "en_US", parameterCount: 2 },
];

const text = (value: string, more = {}) => ({ type: "text", text: value, ...more });
const header = { type: "header", parameters: [text("A-17")] };
const track = { type: "button", sub_type: "url", index: "1", parameters: [text("A-17")] };

const open = () => openSimulator({ templates });

test("a known template is shown with header, words, footer and buttons filled in", async () => {
  const { send, simulator } = await open();
  const acknowledge = {
    type: "button",
    sub_type: "quick_reply",
    index: 0,
    parameters: [{ type: "payload", payload: "ack" }],
  };
  await send(
    templateMessage("order_shipped", {
      parameters: ["Ada", "A-17"],
      components: [header, acknowledge, track],
    }),
  );
  expect(simulator.messages()).toMatchObject([
    {
      templateName: "order_shipped",
      header: "Order A-17",
      text: "Hello Ada, *A-17* is on its way.",
      footer: "Staff notice",
      buttons: [
        { type: "quick_reply", text: "Acknowledge", payload: "ack" },
        { type: "url", text: "Track", url: "https://shop.example/A-17" },
      ],
    },
  ]);
});

test("a template with named parameters takes them by name", async () => {
  const { send, simulator } = await open();
  const body = { type: "body", parameters: [text("Ada", { parameter_name: "first_name" })] };
  const template = { name: "welcome", language: { code: "en_US" }, components: [body] };
  await send({ messaging_product: "whatsapp", to: "+263771234567", type: "template", template });
  expect(simulator.messages()[0]?.text).toBe("Hello Ada");
});

const refused: [circumstance: string, body: unknown, status: number, code: number, words: RegExp][] = [
  ["an unknown name", templateMessage("order_lost"), 404, 132001, /order_lost.*en_US/],
  ["another language", templateMessage("welcome", { language: "en" }), 404, 132001, /does not exist in en/],
  ["too few parameters", templateMessage("counted", { parameters: ["a"] }), 400, 132000, /\(1\).*\(2\)/],
  [
    "too many parameters",
    templateMessage("counted", { parameters: ["a", "b", "c"] }),
    400,
    132000,
    /\(3\).*\(2\)/,
  ],
  [
    "an unnamed parameter",
    templateMessage("welcome", { parameters: ["Ada"] }),
    400,
    132000,
    /first_name is missing/,
  ],
  [
    "no value for its header",
    templateMessage("order_shipped", { parameters: ["a", "b"], components: [track] }),
    400,
    132000,
    /header/,
  ],
  [
    "no value for its link",
    templateMessage("order_shipped", { parameters: ["a", "b"], components: [header] }),
    400,
    131008,
    /index 1 of type Url requires a parameter/,
  ],
  [
    "a button that it does not have",
    templateMessage("order_shipped", {
      parameters: ["a", "b"],
      components: [header, track, { ...track, index: "2" }],
    }),
    400,
    132018,
    /index 2/,
  ],
  [
    "words too long once filled in",
    templateMessage("order_shipped", {
      parameters: ["a".repeat(600), "b".repeat(600)],
      components: [header, track],
    }),
    400,
    132005,
    /1024 characters after substitution/,
  ],
];

test.each(refused)(
  "a send of a template with %s is refused with the right code",
  async (_, body, status, code, words) => {
    const { send } = await open();
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code });
    expect(answer.body.error.error_data.details).toMatch(words);
  },
);

test("without a list of templates any name is accepted and shown with its parameters", async () => {
  const { send, simulator } = await openSimulator();
  await send(templateMessage("anything", { parameters: ["Ada", "A-17"] }));
  expect(simulator.messages()[0]?.text).toBe("Template anything (en_US)\n{{1}} Ada\n{{2}} A-17");
});
