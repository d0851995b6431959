import { TemplateSyntaxError } from "@callboard/core";
import { compileTemplate } from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reply, sourceOf, url, type Words } from "./template-source.js";

function compiled(words: Words = {}) {
  const { template, findings } = compileTemplate(sourceOf(words));
  expect(findings).toEqual([]);
  return template!;
}

test("compileTemplate() makes Meta's payload of body, header, footer and buttons, in Meta's order", () => {
  const { payload, remoteName } = compiled({
    buttons: [reply("ack", "Acknowledge"), url("Open", "https://shop.example/o/<%= it.id %>"), url("Shop")],
    settings: {
      header: { type: "text", text: "Order <%= it.order %> is here" },
      footer: "Staff notice",
      timeToLiveSeconds: 3600,
    },
    values: ["SO-1042", "Tariro M."],
    settingValues: { "header.text": ["SO-1042"] },
  });
  expect(remoteName).toBe("order_placed");
  expect(payload).toEqual({
    name: "order_placed",
    language: "en_US",
    category: "UTILITY",
    parameter_format: "POSITIONAL",
    message_send_ttl_seconds: 3600,
    components: [
      {
        type: "HEADER",
        format: "TEXT",
        text: "Order {{1}} is here",
        example: { header_text: ["SO-1042"] },
      },
      {
        type: "BODY",
        text: "Order {{1}} from {{2}} was placed today and awaits your review.",
        example: { body_text: [["SO-1042", "Tariro M."]] },
      },
      { type: "FOOTER", text: "Staff notice" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Acknowledge" },
          {
            type: "URL",
            text: "Open",
            url: "https://shop.example/o/{{1}}",
            example: ["https://shop.example/o/A-17"],
          },
          { type: "URL", text: "Shop", url: "https://shop.example/o/" },
        ],
      },
    ],
  });
});

test("compileTemplate() of a template without variables gives no examples", () => {
  const { payload } = compiled({ body: "The shop opens at nine." });
  expect(payload.components).toEqual([{ type: "BODY", text: "The shop opens at nine." }]);
});

test("compileTemplate() with named parameters names them after their expressions, in body and header", () => {
  const { payload, parameterNames } = compiled({
    body: 'Order <%= it.order.number %> from <%= it.customerName ?? "somebody" %> was placed and awaits your review.',
    settings: { parameterFormat: "named", header: { type: "text", text: "Order <%= it.order.number %>" } },
    settingValues: { "header.text": ["SO-1"] },
  });
  expect(parameterNames).toEqual(["order_number", "customer_name"]);
  expect(payload).toMatchObject({
    parameter_format: "NAMED",
    components: [
      {
        text: "Order {{heading}}",
        example: { header_text_named_params: [{ param_name: "heading", example: "SO-1" }] },
      },
      {
        text: "Order {{order_number}} from {{customer_name}} was placed and awaits your review.",
        example: {
          body_text_named_params: [
            { param_name: "order_number", example: "value 1" },
            { param_name: "customer_name", example: "value 2" },
          ],
        },
      },
    ],
  });
});

test.each(["image", "video", "document"])(
  "compileTemplate() of a header of type %s gives its handle as example",
  (type) => {
    const header = { type, link: "https://shop.example/file-<%= it.id %>", exampleHandle: "4::aW" };
    const { payload } = compiled({ settings: { header } });
    expect(payload.components[0]).toEqual({
      type: "HEADER",
      format: type.toUpperCase(),
      example: { header_handle: ["4::aW"] },
    });
  },
);

test("compileTemplate() adds the version suffix to the name of the settings, or else of the template", () => {
  expect(compiled({ versionSuffix: "v2" }).payload.name).toBe("order_placed_v2");
  expect(compiled({ versionSuffix: "v2", settings: { name: "remote" } }).remoteName).toBe("remote_v2");
});

test("compileTemplate() flattens the examples, which are never empty", () => {
  const { payload } = compiled({ values: ["one\ntwo\tthree", " "] });
  expect(payload.components[0]).toMatchObject({ example: { body_text: [["one · two three", "-"]] } });
});

test("compileTemplate() numbers an expression once, however often it stands in the body", () => {
  const body =
    "Order <%= it.order %> is here, so please look at order <%= it.order %> and tell the buyer today.";
  const { payload, expressions } = compiled({ body });
  expect(expressions).toEqual(["it.order"]);
  expect(payload.components[0]).toMatchObject({
    text: "Order {{1}} is here, so please look at order {{1}} and tell the buyer today.",
    example: { body_text: [["value 1"]] },
  });
});

test("compileTemplate() leaves out what core does not print: comments, and space that tags take away", () => {
  const body =
    "\r\n<% /* for staff */ %>Order\r\n<%_ = it.order -%>\n is here, and somebody should look at it.\n";
  const { payload } = compiled({ body: body.replace("<%_ =", "<%_=") });
  expect(payload.components[0]).toMatchObject({
    text: "Order{{1}} is here, and somebody should look at it.",
  });
});

test.each([
  ["if", 'Order <%= it.order %>\n<% if (it.late) { %>is "late"<% } %> and awaits your review.', 2],
  ["for", "Order has\n\n<% for (const line of it.lines) { %><%= line %><% } %> and awaits you.", 3],
])("compileTemplate() cannot express %s, and says in which line and what to do", (_, body, line) => {
  const { template, findings } = compileTemplate(sourceOf({ body }));
  expect(template).toBeNull();
  expect(findings).toEqual([
    {
      rule: "control-flow",
      component: "body",
      line,
      problem: expect.stringContaining("if or for"),
      cure: expect.stringContaining("one variable"),
    },
  ]);
});

test("compileTemplate() of words that cannot be rendered throws", () => {
  const { version, sample } = sourceOf();
  const broken = { ...version, body: "Order <%= it. %>" };
  expect(() => compileTemplate({ version: broken, sample })).toThrow(TemplateSyntaxError);
});

test("compileTemplate() of a template without settings says that Meta need not see it", () => {
  const { version, sample } = sourceOf();
  const { template, findings } = compileTemplate({ version: { ...version, channels: {} }, sample });
  expect([template, findings.map(({ rule }) => rule)]).toEqual([null, ["settings"]]);
});

test("compileTemplate() gives what can be expressed even if there are findings", () => {
  const { template, findings } = compileTemplate(sourceOf({ body: "Hello <%= it.name %>, come over." }));
  expect(findings).toEqual([]);
  expect(template?.payload.components[0]).toMatchObject({ text: "Hello {{1}}, come over." });
  const short = compileTemplate(sourceOf({ body: "Hi <%= it.name %>, come." }));
  expect(short.findings.map(({ rule }) => rule)).toEqual(["words-per-variable"]);
  expect(short.template).not.toBeNull();
});

test("compileTemplate() gives equal fingerprints to equal payloads, and others to others", () => {
  const { fingerprint } = compiled();
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(compiled({ settings: { language: "en_US", category: "UTILITY" } }).fingerprint).toBe(fingerprint);
  for (const words of [{ settings: { footer: "x" } }, { versionSuffix: "v2" }, { values: ["other"] }])
    expect(compiled(words).fingerprint).not.toBe(fingerprint);
});

const names: [expressions: string[], names: string[]][] = [
  [["it.customerName"], ["customer_name"]],
  [
    ["it.install.fullName", "it.install.phone"],
    ["install_full_name", "install_phone"],
  ],
  [
    ['it.name ?? "it.other"', "it.URLPart", "it.line2"],
    ["name", "urlpart", "line"],
  ],
  [
    ["it.name", 'it.name ?? "x"', "it.Name"],
    ["name", "name_b", "name_c"],
  ],
  [
    ["1 + 1", '"a"', "it.heading"],
    ["value", "value_b", "heading_b"],
  ],
];
function namesOf(expressions: readonly string[]) {
  const body = expressions.map((expression) => `Words before <%= ${expression} %> and behind it.`).join("\n");
  return compileTemplate(sourceOf({ body, settings: { parameterFormat: "named" } })).template?.parameterNames;
}

test.each(names)("compileTemplate() with named parameters calls %j %j", (expressions, expected) => {
  expect(namesOf(expressions)).toEqual(expected);
});

test("compileTemplate() gives every expression its own name of lower case letters and underscores", () => {
  const part = fc.stringMatching(/^[A-Za-z_$é][A-Za-z0-9_$é]{0,6}$/);
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `it.${parts.join(".")}`);
  const other = fc.string().map((text) => JSON.stringify(text.replaceAll("%>", "")));
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(path, other), { maxLength: 40 }), (expressions) => {
      const found = namesOf(expressions) ?? [];
      expect(found.length).toBe(expressions.length);
      expect(new Set(found).size).toBe(found.length);
      for (const name of found) expect(name).toMatch(/^[a-z_]+$/);
      expect(namesOf(expressions)).toEqual(found);
    }),
  );
});
