import fc from "fast-check";
import { expect, test } from "vitest";
import { openAccount } from "./support/open-account.js";
import { messagesPath, openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";

/** Meta's shape, or 200. Anything else is a fault of the simulator. */
function expectMetaAnswer(status: number, body: { error?: Record<string, unknown> }): void {
  if (status === 200) return;
  expect([400, 401, 403, 404]).toContain(status);
  expect(body.error).toMatchObject({
    message: expect.stringMatching(/./),
    type: expect.stringMatching(/^(OAuth|GraphMethod)Exception$/),
    code: expect.any(Number),
    fbtrace_id: expect.stringMatching(/./),
  });
}

test("any JSON body is answered with 200 or an error of Meta's shape", async () => {
  const { send } = await openSimulator();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
      const { status, body } = await send(value);
      expectMetaAnswer(status, body);
    }),
    { numRuns: 300 },
  );
}, 30_000);

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.constantFrom("{{", "}}", "1", "2", "name", " ", "\n", "Order", "🎉", "*", "_"), {
      maxLength: 15,
    })
    .map((parts) => parts.join("")),
);

const hostileTemplate = fc.record({
  name: fc.constant("hostile"),
  language: fc.constant("en_US"),
  category: fc.constantFrom("UTILITY", "AUTHENTICATION"),
  parameter_format: fc.constantFrom("POSITIONAL", "NAMED"),
  components: fc.array(
    fc.record(
      {
        type: fc.constantFrom("HEADER", "BODY", "FOOTER", "BUTTONS"),
        format: fc.constant("TEXT"),
        text: hostileText,
        example: fc.record({
          body_text: fc.array(fc.array(hostileText)),
          header_text: fc.array(hostileText),
        }),
        buttons: fc.array(
          fc.record({ type: fc.constantFrom("URL", "QUICK_REPLY"), text: hostileText, url: hostileText }),
        ),
      },
      { requiredKeys: ["type"] },
    ),
    { maxLength: 4 },
  ),
});

test("any template is created or refused in Meta's shape, and none that was created breaks the list", async () => {
  const { call } = await openAccount({ limits: "none", templateReview: null });
  const path = "100000000000002/message_templates";
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue({ maxDepth: 4 }), hostileTemplate), async (template) => {
      const { status, body } = await call("POST", path, template);
      expectMetaAnswer(status, body);
      expect((await call("GET", path)).status).toBe(200);
      if (status === 200) await call("DELETE", `${path}?hsm_ids=[${body.id}]`);
    }),
    { numRuns: 200 },
  );
}, 30_000);

const seeds = [
  textMessage("Hello", { context: { message_id: "wamid.x" }, biz_opaque_callback_data: "x" }),
  templateMessage("order_shipped", {
    parameters: ["a"],
    components: [
      {
        type: "button",
        sub_type: "quick_reply",
        index: "0",
        parameters: [{ type: "payload", payload: "p" }],
      },
    ],
  }),
  {
    messaging_product: "whatsapp",
    to: "+263771234567",
    type: "interactive",
    interactive: {
      type: "button",
      header: { type: "text", text: "Head" },
      body: { text: "Well?" },
      footer: { text: "Foot" },
      action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] },
    },
  },
  {
    messaging_product: "whatsapp",
    to: "+263771234567",
    type: "image",
    image: { link: "https://x.example/a.png" },
  },
  { messaging_product: "whatsapp", status: "read", message_id: "wamid.x" },
];

/** Every place inside a value, as the keys that lead to it. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

/** The same value with one place replaced. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const damaged = fc
  .constantFrom(...seeds)
  .chain((seed) =>
    fc
      .tuple(
        fc.constantFrom(...places(seed)),
        fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: "binary" })),
      )
      .map(([place, value]) => replaced(seed, place, value)),
  );

test("a good body with one place damaged is answered in Meta's shape, and the page still opens", async () => {
  const { simulator, send } = await openSimulator({
    templates: [
      {
        name: "order_shipped",
        language: "en_US",
        body: "Hi {{1}}",
        buttons: [{ type: "quick_reply", text: "Yes" }],
      },
    ],
  });
  await fc.assert(
    fc.asyncProperty(damaged, async (value) => {
      const { status, body } = await send(value);
      expectMetaAnswer(status, body);
    }),
    { numRuns: 600 },
  );
  expect((await fetch(simulator.phonesUrl)).status).toBe(200);
}, 60_000);

test("any bytes in the body and any path are answered", async () => {
  const { post } = await openSimulator();
  const headers = { authorization: "Bearer simulator-access-token", "content-type": "application/json" };
  const path = fc.oneof(fc.constant(messagesPath), fc.webPath());
  await fc.assert(
    fc.asyncProperty(path, fc.string({ unit: "binary" }), async (where, text) => {
      const { status } = await post(where, text, headers);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
}, 30_000);
