import type { JsonObject } from "@callboard/core/adapter";
import { lintTemplatePayload } from "@callboard/transport-whatsapp";
import { describe, expect, test } from "vitest";
import { corpusFiles, corpusIsHere } from "./corpus.js";

const body = { type: "BODY", text: "The shop opens at nine." };
const fields = { name: "opening", language: "en_US", category: "UTILITY" };

function rulesOf(...components: JsonObject[]): string[] {
  return lintTemplatePayload({ ...fields, components }).map(({ rule, component }) => `${component}: ${rule}`);
}

const button = (changes: JsonObject) => ({ type: "BUTTONS", buttons: [changes] });
const text = (body: string, ...values: (string | number)[]) => ({
  type: "BODY",
  text: body,
  example: { body_text: [values] },
});
const call = (phone_number: string) => button({ type: "PHONE_NUMBER", text: "Call", phone_number });

const judged: [what: string, components: JsonObject[], findings: string[]][] = [
  ["a text alone", [body], []],
  ["words written small, as Meta does", [{ type: "body", text: "The shop opens." }], []],
  ["no text", [{ type: "FOOTER", text: "x" }], ["body: body-length"]],
  ["a text twice", [body, body], ["components: components"]],
  ["a component that is not known", [body, { type: "CAROUSEL" }], ["components: components"]],
  ["a place", [body, { type: "HEADER", format: "LOCATION" }], []],
  ["a product", [body, { type: "HEADER", format: "PRODUCT" }], ["header: header-kind"]],
  ["a phone number", [body, call("+263771234567")], []],
  ["a phone number with spaces", [body, call("+263 77")], ["buttons[0].phone: button-phone"]],
  ["a phone number of 21", [body, call("1".repeat(21))], ["buttons[0].phone: button-phone"]],
  ["a code of 20", [body, button({ type: "COPY_CODE", example: "A".repeat(20) })], []],
  [
    "a code of 21",
    [body, button({ type: "COPY_CODE", example: "A".repeat(21) })],
    ["buttons[0].example: button-code"],
  ],
  [
    "a url that varies, without an example",
    [body, button({ type: "URL", text: "Go", url: "https://a.example/{{1}}" })],
    ["buttons[0].url: examples"],
  ],
  [
    "a url with two variables",
    [body, button({ type: "URL", text: "Go", url: "https://a.example/{{1}}/{{2}}", example: ["a"] })],
    ["buttons[0].url: button-url"],
  ],
  [
    "a kind of button that is a word of JavaScript",
    [body, button({ type: "constructor", text: "Go" })],
    ["buttons[0]: button-kind"],
  ],
  [
    "a kind of button that is not known",
    [body, button({ type: "FLOW", text: "Go" })],
    ["buttons[0]: button-kind"],
  ],
  [
    "a gap in the numbers",
    [text("A {{1}} and a {{3}} are here for you now", "1", "3")],
    ["body: variable-numbers"],
  ],
  [
    "numbers from 0",
    [text("A {{0}} is here for you", "1")],
    ["body: variable-name", "body: variable-numbers"],
  ],
  [
    "a variable with a space",
    [text("A {{ 1 }} is here for you", "1")],
    ["body: variable-name", "body: variable-numbers"],
  ],
  ["an example too few", [text("A {{1}} and a {{2}} are here for you", "1")], ["body: examples"]],
  ["an empty example", [text("A {{1}} is here for you", " ")], ["body: examples"]],
  ["an example that is no text", [text("A {{1}} is here for you", 1)], ["body: examples"]],
];
test.each(judged)("lintTemplatePayload() about %s says %j", (_, components, findings) => {
  expect(rulesOf(...components)).toEqual(findings);
});

test("lintTemplatePayload() wants names of named variables, and an example for each", () => {
  const named = (text: string, ...names: string[]) =>
    lintTemplatePayload({
      ...fields,
      parameter_format: "named",
      components: [
        {
          type: "BODY",
          text,
          example: { body_text_named_params: names.map((name) => ({ param_name: name, example: "x" })) },
        },
      ],
    }).map(({ rule }) => rule);
  expect(named("Order {{order}} is here for you", "order")).toEqual([]);
  expect(named("Order {{order}} is here for you", "other")).toEqual(["examples"]);
  expect(named("Order {{Order}} is here for you", "Order")).toEqual(["variable-name"]);
  expect(named("Order {{1}} is here for you", "1")).toEqual(["variable-name"]);
});

test("lintTemplatePayload() of a template for codes takes Meta's own words and its one button", () => {
  const components = [
    { type: "BODY", add_security_recommendation: true },
    { type: "FOOTER", code_expiration_minutes: 10 },
    button({ type: "OTP", otp_type: "COPY_CODE" }),
  ];
  expect(lintTemplatePayload({ ...fields, category: "AUTHENTICATION", components })).toEqual([]);
});

test.each([
  {},
  { components: 7 },
  { components: [null, 7, {}] },
  { components: [{ type: "BUTTONS" }], name: 7 },
])("lintTemplatePayload() of %j finds something, and does not fail", (payload) => {
  expect(lintTemplatePayload(payload as JsonObject).length).toBeGreaterThan(2);
});

/** What this linter does not know on purpose: kinds of templates that Callboard does not make. */
const refusedOnPurpose: Record<string, RegExp[]> = {
  "create-marketing-carousel-template-media-cards-v1.json": [/component CAROUSEL/],
  "create-marketing-limited-time-offer-caribbean-pkg-2023.json": [/component LIMITED_TIME_OFFER/],
  "create-marketing-spm-template-named-params.json": [/format PRODUCT/, /kind spm/],
  // Several languages at once: it has no language of its own.
  "create-upsert-authentication-authentication-code-copy-code-button.json": [/language is missing/],
  // An edit: name, language and category are those of the template that is edited.
  "edit-components.json": [/template name/, /language is missing/, /category is missing/],
};

describe.skipIf(!corpusIsHere)("real templates", () => {
  const templates = corpusFiles("templates").filter(([name]) => !name.includes("response"));
  test.each(templates)("lintTemplatePayload() takes %s, or refuses it on purpose", (name, json) => {
    const problems = lintTemplatePayload(JSON.parse(json) as JsonObject).map(({ problem }) => problem);
    expect(problems).toEqual((refusedOnPurpose[name] ?? []).map((words) => expect.stringMatching(words)));
  });
});
