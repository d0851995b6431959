import type { JsonObject, RenderedContent } from "@callboard/core/adapter";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, messageOf, patient, settings, transportAt } from "./fixtures.js";
import { type GraphServer, openGraphServer } from "./graph-server.js";

let server: GraphServer;
let transport: ReturnType<typeof transportAt>;

beforeAll(async () => {
  server = await openGraphServer();
  transport = transportAt(server.url);
});
afterAll(async () => {
  await transport.close?.();
  await server.close();
});

interface Sent {
  readonly type: string;
  readonly text?: { readonly body: string };
  readonly interactive?: JsonObject;
  readonly template: {
    readonly name: string;
    readonly language: { readonly code: string };
    readonly components?: readonly { readonly type: string; readonly parameters: readonly JsonObject[] }[];
  };
}

async function sent(content: Partial<RenderedContent>, route: JsonObject | null = null): Promise<Sent> {
  await transport.send({ ...messageOf(content), route }, patient);
  return server.lastJson() as Sent;
}

async function refused(content: Partial<RenderedContent>, route: JsonObject | null) {
  const before = server.received.length;
  const error = await failureOf(transport.send({ ...messageOf(content), route }, patient));
  expect(server.received.length).toBe(before);
  expect(error.failureClass).toBe("permanent-request");
  return error;
}

const ownRoute = { form: "template", name: "order_v2", language: "de", values: "own" } as const;
const wholeText = { form: "template", name: "notice", language: "en_US", values: "whole-text" } as const;
const text = (text: string) => ({ type: "text", text });

test("send() by a route sends the template of that name and language with the message's own values", async () => {
  const content = { channel: settings, variables: ["SO-1042"] };
  expect((await sent(content, ownRoute)).template).toEqual({
    name: "order_v2",
    language: { code: "de" },
    components: [{ type: "body", parameters: [text("SO-1042")] }],
  });
});

test("send() by a route with parameter names names the values of body and header", async () => {
  const channel = { ...settings, header: { type: "text", text: "Order SO-1" } };
  const content = { channel, variables: ["SO-1", "Ada"], settingValues: { "header.text": ["SO-1"] } };
  const { template } = await sent(content, { ...ownRoute, parameterNames: ["order", "customer"] });
  expect(template.components).toEqual([
    { type: "header", parameters: [{ ...text("SO-1"), parameter_name: "heading" }] },
    {
      type: "body",
      parameters: [
        { ...text("SO-1"), parameter_name: "order" },
        { ...text("Ada"), parameter_name: "customer" },
      ],
    },
  ]);
});

test("send() by a text route sends free text, whatever settings there are", async () => {
  expect(await sent({ channel: settings, text: "Two\nlines" }, { form: "text" })).toMatchObject({
    type: "text",
    text: { body: "Two\nlines" },
  });
});

test("send() of free text with buttons shows header and footer of the settings", async () => {
  const channel = { ...settings, header: { type: "text", text: "Order SO-1" }, footer: "Staff notice" };
  const buttons = [{ type: "reply", id: "ack", label: "Acknowledge" }] as const;
  expect((await sent({ channel, buttons, text: "Review" }, { form: "text" })).interactive).toEqual({
    type: "button",
    header: { type: "text", text: "Order SO-1" },
    body: { text: "Review" },
    footer: { text: "Staff notice" },
    action: { buttons: [{ type: "reply", reply: { id: "ack", title: "Acknowledge" } }] },
  });
});

test("send() of free text with a url shows a picture above it", async () => {
  const channel = {
    ...settings,
    header: { type: "image", link: "https://shop.example/a.png", exampleHandle: "4" },
  };
  const buttons = [{ type: "url", label: "Open", url: "https://shop.example/", suffix: null }] as const;
  expect((await sent({ channel, buttons }, { form: "text" })).interactive).toMatchObject({
    type: "cta_url",
    header: { type: "image", image: { link: "https://shop.example/a.png" } },
  });
});

test("send() by a whole-text route puts the text on one line, without header and buttons", async () => {
  const channel = { ...settings, header: { type: "text", text: "Order SO-1" } };
  const buttons = [{ type: "reply", id: "ack", label: "Acknowledge" }] as const;
  const content = {
    channel,
    buttons,
    text: "New order\n\nfrom Ada",
    settingValues: { "header.text": ["SO-1"] },
  };
  expect((await sent(content, wholeText)).template).toEqual({
    name: "notice",
    language: { code: "en_US" },
    components: [{ type: "body", parameters: [text("New order · from Ada")] }],
  });
});

test("send() by a whole-text route sends what control flow has printed", async () => {
  const { template } = await sent({ channel: settings, variables: null, text: "Late" }, wholeText);
  expect(template.components).toEqual([{ type: "body", parameters: [text("Late")] }]);
});

test("send() by a whole-text route cuts what is too long between two characters, and shows it", async () => {
  const unit = fc.constantFrom("a", " ", "👩‍👩‍👧", "é", "\n");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, minLength: 300, maxLength: 1200 }), async (long) => {
      const { template } = await sent({ channel: settings, text: `x${long}x` }, wholeText);
      const value = String(template.components?.[0]?.parameters[0]?.text);
      expect([...value].length).toBeLessThanOrEqual(900);
      expect(value.endsWith("…") || value.endsWith("x")).toBe(true);
      expect(value.replaceAll("👩‍👩‍👧", "")).not.toMatch(/[\u200d👩👧\n]/u);
    }),
    { numRuns: 60 },
  );
});

test("send() of a flattened value sends it unchanged", async () => {
  const unit = fc.constantFrom(" ", "\n", "\t", "\r", "\u2028", "\u00a0", "\u202e", "·", "-", "x");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit }), async (value) => {
      const valueSent = async (given: string) =>
        (await sent({ channel: settings, variables: [given] })).template.components?.[0]?.parameters[0]?.text;
      const once = String(await valueSent(value));
      expect(await valueSent(once)).toBe(once);
    }),
    { numRuns: 150 },
  );
});

const headers: [what: string, header: JsonObject, values: Record<string, string[]>, listed: object[]][] = [
  ["text alone is not listed", { type: "text", text: "Order" }, {}, []],
  [
    "a variable is listed with its value on one line",
    { type: "text", text: "Order a\nb" },
    { "header.text": ["a\nb"] },
    [{ type: "header", parameters: [text("a · b")] }],
  ],
  [
    "a picture by link is listed, though it is the same for everybody",
    { type: "image", link: "https://shop.example/a.png", exampleHandle: "4::a" },
    {},
    [{ type: "header", parameters: [{ type: "image", image: { link: "https://shop.example/a.png" } }] }],
  ],
  [
    "a film by id is listed",
    { type: "video", id: "123" },
    {},
    [{ type: "header", parameters: [{ type: "video", video: { id: "123" } }] }],
  ],
  [
    "a document is listed with its name",
    { type: "document", link: "https://shop.example/a.pdf", filename: "order.pdf" },
    {},
    [
      {
        type: "header",
        parameters: [
          { type: "document", document: { link: "https://shop.example/a.pdf", filename: "order.pdf" } },
        ],
      },
    ],
  ],
];
test.each(headers)("send() of a template with a header: %s", async (_, header, settingValues, listed) => {
  const { template } = await sent({ channel: { ...settings, header }, settingValues });
  expect(template.components ?? []).toEqual(listed);
});

test.each(["US.13491208655302741918", "GB.ENT.a1B2", `ZW.${"x".repeat(128)}`])(
  "send() to the user id %s names it as recipient, as it is",
  async (id) => {
    expect(transport.normalizeAddress(id)).toBe(id);
    await transport.send(messageOf({}, id), patient);
    expect(server.lastJson()).toMatchObject({ recipient: id });
    expect(server.lastJson()).not.toHaveProperty("to");
  },
);

test.each(["us.123", "US.", "US.12-3", `US.${"x".repeat(129)}`, "USA.123"])(
  "normalizeAddress() does not take %s for a user id",
  (address) => {
    expect(() => transport.normalizeAddress(address)).toThrow(/not a phone number/);
  },
);

test("send() without a route refuses named parameters, whose names it cannot know", async () => {
  const channel = { ...settings, parameterFormat: "named" };
  const { hint } = await refused({ channel, variables: ["SO-1"] }, null);
  expect(hint).toMatch(/[Ss]ync the templates/);
});

test("route() without businessAccountId refuses named parameters, and says what to do", () => {
  const channel = { ...settings, parameterFormat: "named" };
  const { attemptId: _, route: __, ...message } = messageOf({ channel, variables: ["SO-1"] });
  const facts = { now: new Date(0), recipient: null, templates: [], words: null, failure: null };
  expect(transport.route?.(message, facts)).toMatchObject({
    type: "refuse",
    failure: { failureClass: "permanent-request", hint: expect.stringContaining("businessAccountId") },
  });
});

test("send() refuses a route with another number of names than there are values", async () => {
  await refused({ channel: settings, variables: ["SO-1"] }, { ...ownRoute, parameterNames: ["a", "b"] });
});

test.each([
  {},
  { form: "fax" },
  { form: "template", name: "a", language: "en", values: "some" },
  { form: "template" },
])("send() refuses the route %j, which it does not understand", async (route) => {
  const { hint } = await refused({ channel: settings }, route);
  expect(hint).toMatch(/same version/);
});

test("send() by a text route refuses buttons that free text cannot have, instead of dropping some", async () => {
  const buttons = [
    { type: "reply", id: "ack", label: "Acknowledge" },
    { type: "url", label: "Open", url: "https://shop.example/", suffix: null },
  ] as const;
  const { hint } = await refused({ channel: settings, buttons }, { form: "text" });
  expect(hint).toMatch(/not both/);
});
