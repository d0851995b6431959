import type { RenderedContent } from "@callboard/core/adapter";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accessToken, attemptId, failureOf, messageOf, patient, settings, transportAt } from "./fixtures.js";
import { accept, type GraphServer, openGraphServer } from "./graph-server.js";

let server: GraphServer;
let transport: ReturnType<typeof transportAt>;

beforeAll(async () => {
  server = await openGraphServer();
  transport = transportAt(server.url);
});
beforeEach(() => server.replyWith(accept("wamid.default")));
afterAll(async () => {
  await transport.close?.();
  await server.close();
});

async function sent(content: Partial<RenderedContent>): Promise<unknown> {
  await transport.send(messageOf(content), patient);
  return server.lastJson();
}

const envelope = {
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "+263771234567",
  biz_opaque_callback_data: `cb1:${attemptId}`,
};

test("send() posts to the number's messages with the token, and returns Meta's id", async () => {
  server.replyWith(accept("wamid.HBgLMQ=="));
  expect(await transport.send(messageOf(), patient)).toEqual({ providerMessageId: "wamid.HBgLMQ==" });
  const { method, url, headers } = server.received.at(-1)!;
  expect([method, url]).toEqual(["POST", "/v25.0/106540352242922/messages"]);
  expect(headers).toMatchObject({
    authorization: `Bearer ${accessToken}`,
    "content-type": "application/json",
  });
});

test("send() without channel settings sends free text", async () => {
  expect(await sent({ text: "Two\nlines" })).toEqual({
    ...envelope,
    type: "text",
    text: { body: "Two\nlines" },
  });
});

test("send() takes control characters and direction overrides out of free text", async () => {
  expect(await sent({ text: "a\u0000b\u202ec\ud800\td" })).toMatchObject({ text: { body: "abc\ufffd\td" } });
});

test("send() of free text with replies sends an interactive button message", async () => {
  const buttons = [
    { type: "reply", id: "ack", label: "Acknowledge" },
    { type: "reply", id: "no", label: "Not me" },
  ] as const;
  expect(await sent({ text: "Review", buttons })).toEqual({
    ...envelope,
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "Review" },
      action: {
        buttons: [
          { type: "reply", reply: { id: "ack", title: "Acknowledge" } },
          { type: "reply", reply: { id: "no", title: "Not me" } },
        ],
      },
    },
  });
});

test("send() of free text with a url sends an interactive cta_url message", async () => {
  const button = { type: "url", label: "Open", url: "https://shop.example/o/1", suffix: "1" } as const;
  expect(await sent({ text: "Review", buttons: [button] })).toEqual({
    ...envelope,
    type: "interactive",
    interactive: {
      type: "cta_url",
      body: { text: "Review" },
      action: { name: "cta_url", parameters: { display_text: "Open", url: "https://shop.example/o/1" } },
    },
  });
});

test("send() with channel settings sends a template with its variables in order", async () => {
  expect(await sent({ channel: settings, variables: ["SO-1042", "two\nlines"] })).toEqual({
    ...envelope,
    type: "template",
    template: {
      name: "new_order_created",
      language: { code: "en_US" },
      components: [
        {
          type: "body",
          parameters: [
            { type: "text", text: "SO-1042" },
            { type: "text", text: "two · lines" },
          ],
        },
      ],
    },
  });
});

test("send() of a template without variables lists no components, and uses the remote name", async () => {
  expect(await sent({ channel: { ...settings, name: "remote_v2" } })).toEqual({
    ...envelope,
    type: "template",
    template: { name: "remote_v2", language: { code: "en_US" } },
  });
});

test("send() of a template lists replies and variable urls by their position", async () => {
  const buttons = [
    { type: "reply", id: "ack", label: "Acknowledge" },
    { type: "url", label: "Shop", url: "https://shop.example/", suffix: null },
    { type: "url", label: "Open", url: "https://shop.example/o/a b", suffix: "a b" },
  ] as const;
  expect(await sent({ channel: settings, buttons })).toMatchObject({
    template: {
      components: [
        {
          type: "button",
          sub_type: "quick_reply",
          index: "0",
          parameters: [{ type: "payload", payload: "ack" }],
        },
        { type: "button", sub_type: "url", index: "2", parameters: [{ type: "text", text: "a%20b" }] },
      ],
    },
  });
});

test("send() refuses a stored template that has control flow or no language, without asking Meta", async () => {
  const before = server.received.length;
  for (const content of [
    { channel: settings, variables: null },
    { channel: { category: "UTILITY" }, variables: [] },
  ]) {
    const error = await failureOf(transport.send(messageOf(content), patient));
    expect(error.failureClass).toBe("permanent-request");
  }
  expect(server.received.length).toBe(before);
});

const flattened: [value: string, flat: string][] = [
  ["plain", "plain"],
  ["a\nb", "a · b"],
  ["a \r\n\r\n  b\n", "a · b"],
  ["a\u2028b\u0085c", "a · b · c"],
  ["a\tb", "a b"],
  ["a   b", "a   b"],
  ["a    b", "a b"],
  ["a \t  b", "a b"],
  ["a\u00a0\u00a0\u00a0\u00a0b", "a b"],
  ["", "-"],
  [" \n\t ", "-"],
  ["\u200b\u2060", "-"],
  ["safe\u202egnp.exe", "safegnp.exe"],
  ["a\u0007b", "ab"],
  ["👩‍🚒 ok", "👩‍🚒 ok"],
];

test.each(flattened)("send() turns the variable %j into %j", async (value, flat) => {
  expect(await sent({ channel: settings, variables: [value] })).toMatchObject({
    template: { components: [{ parameters: [{ text: flat }] }] },
  });
});

test("send() makes a variable that Meta accepts of whatever a value holds", async () => {
  const unit = fc.constantFrom(" ", "\n", "\t", "\r", "\u2028", "\u00a0", "\u202e", "\u0000", "\ud83d", "x");
  const value = fc.oneof(fc.string({ unit }), fc.string({ unit: "binary" }), fc.string());
  await fc.assert(
    fc.asyncProperty(value, async (anything) => {
      const body = await sent({ channel: settings, variables: [anything] });
      const { template } = body as { template: { components: [{ parameters: [{ text: string }] }] } };
      const [{ text }] = template.components[0].parameters;
      expect(text.trim()).not.toBe("");
      expect(text).not.toMatch(/[\n\r\t\u2028\u2029]|\p{Zs}{4}|\p{Cc}|\p{Cs}|[\u202a-\u202e]/u);
    }),
    { numRuns: 300 },
  );
});

test("send() opens no connection before it is called, and one for twenty messages in a row", async () => {
  const quiet = await openGraphServer();
  const patientTransport = transportAt(quiet.url);
  expect(quiet.connections()).toBe(0);
  for (let count = 0; count < 20; count++) await patientTransport.send(messageOf(), patient);
  expect([quiet.connections(), quiet.received.length]).toEqual([1, 20]);
  await patientTransport.close?.();
  await quiet.close();
});

test("send() opens at most as many connections as it may", async () => {
  const busy = await openGraphServer();
  const narrow = transportAt(busy.url, { connections: 3 });
  await Promise.all(Array.from({ length: 30 }, () => narrow.send(messageOf(), patient)));
  expect([busy.connections(), busy.received.length]).toEqual([3, 30]);
  await narrow.close?.();
  await busy.close();
});

test("send() asks an accessToken function each time, so that the token can rotate", async () => {
  let count = 0;
  const rotating = transportAt(server.url, { accessToken: async () => `token-${++count}` });
  await rotating.send(messageOf(), patient);
  await rotating.send(messageOf(), patient);
  expect(server.received.slice(-2).map(({ headers }) => headers.authorization)).toEqual([
    "Bearer token-1",
    "Bearer token-2",
  ]);
  await rotating.close?.();
});

test("send() keeps the path of baseUrl and uses the given version", async () => {
  const through = transportAt(`${server.url}/gateway/`, { graphVersion: "v26.0" });
  await through.send(messageOf(), patient);
  expect(server.received.at(-1)?.url).toBe("/gateway/v26.0/106540352242922/messages");
  await through.close?.();
});
