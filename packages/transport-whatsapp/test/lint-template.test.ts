import { lintTemplate, type TemplateRule } from "@callboard/transport-whatsapp";
import { expect, test } from "vitest";
import { reply, sourceOf, url, type Words } from "./template-source.js";

const replies = (count: number) => Array.from({ length: count }, (_, index) => reply(`r${index}`));
const header = (text: string) => ({ settings: { header: { type: "text", text } } });
const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");

const clean: [what: string, words: Words][] = [
  ["an ordinary template", {}],
  ["a body of 1024 characters", { body: `${"a".repeat(1023)}.` }],
  ["a comma between two variables", { body: `On <%= it.day %>, <%= it.date %> you come, ${words(4)}.` }],
  ["one empty line", { body: "Order\n\nplaced." }],
  ["ten emoji", { body: `Order ${"✅".repeat(10)} placed.` }],
  ["a family, a flag and a keycap, which are three emoji", { body: `Here ${"👩‍👩‍👧🇿🇼1️⃣".repeat(3)}` }],
  ["three words beside one variable", { body: "Hello <%= it.name %>, come over." }],
  ["Chinese, which has no spaces", { body: "您的订单 <%= it.order %> 已经发货了,请您注意查收。" }],
  ["formatting in the body", { body: "*Order* <%= it.order %> has _been_ placed." }],
  ["a single brace", { body: "Order {a} placed." }],
  ["ten replies", { buttons: replies(10) }],
  ["replies before urls", { buttons: [reply("a"), reply("b"), url("A"), url("B")] }],
  ["urls before replies", { buttons: [url("A"), url("B"), reply("a")] }],
  ["a header of 60 characters", header("h".repeat(60))],
  ["a footer of 60 characters", { settings: { footer: "f".repeat(60) } }],
  ["an hour to live", { settings: { timeToLiveSeconds: 3600 } }],
  ["thirty days to live", { settings: { timeToLiveSeconds: -1 } }],
  ["a marketing template of a day", { settings: { category: "MARKETING", timeToLiveSeconds: 86_400 } }],
  ["a name of 512 characters", { name: "n".repeat(512) }],
];
test.each(clean)("lintTemplate() finds nothing about %s", (_, given) => {
  expect(lintTemplate(sourceOf(given))).toEqual([]);
});

const refused: [what: string, words: Words, rule: TemplateRule, component: string, line: number | null][] = [
  ["a name in capitals", { name: "Order" }, "name", "name", null],
  ["a name of 513 characters", { name: "n".repeat(513) }, "name", "name", null],
  ["a version suffix in capitals", { versionSuffix: "V2" }, "name", "name", null],
  ["a name of Meta's samples", { name: "hello_world" }, "reserved-name", "name", null],
  ["a language with a hyphen", { settings: { language: "en-US" } }, "language", "language", null],
  ["an unknown category", { settings: { category: "SERVICE" } }, "category", "category", null],
  ["29 seconds", { settings: { timeToLiveSeconds: 29 } }, "time-to-live", "timeToLiveSeconds", null],
  [
    "thirty days of marketing as -1",
    { settings: { category: "MARKETING", timeToLiveSeconds: -1 } },
    "time-to-live",
    "timeToLiveSeconds",
    null,
  ],
  ["a misspelt setting", { settings: { fotter: "x" } }, "settings", "fotter", null],
  [
    "an unknown parameter format",
    { settings: { parameterFormat: "x" } },
    "settings",
    "parameterFormat",
    null,
  ],
  ["a body that shows nothing", { body: " \n\u200b" }, "body-length", "body", null],
  ["a body of 1025 characters", { body: "a".repeat(1025) }, "body-length", "body", null],
  [
    "a variable at the start",
    { body: "\n*<%= it.a %>* was ordered today" },
    "variable-at-the-edge",
    "body",
    2,
  ],
  [
    "a variable before the last full stop",
    { body: "Somebody wants\nto buy <%= it.a %>." },
    "variable-at-the-edge",
    "body",
    2,
  ],
  [
    "variables beside each other",
    { body: `${words(9)}\n<%= it.a %>\n<%= it.b %> is here` },
    "adjacent-variables",
    "body",
    3,
  ],
  ["too few words", { body: "The <%= it.a %> is" }, "words-per-variable", "body", null],
  ["three line breaks", { body: "First <% /* a\nb */ %>line\n\n \nsecond line" }, "newlines", "body", 2],
  ["a tab", { body: "First\nsecond\tline" }, "spaces", "body", 2],
  ["four spaces", { body: "First\nsecond    line" }, "spaces", "body", 2],
  ["eleven emoji", { body: `Order\nplaced\n${"✅".repeat(11)}` }, "emoji", "body", 3],
  ["braces of the author's own", { body: "First\nand {{1}} here" }, "variable-name", "body", 2],
  ["a name in braces", { body: "First {{name}} here" }, "variable-name", "body", 1],
  ["braces that are left open", { body: "First {{ here" }, "variable-name", "body", 1],
  [
    "a brace beside a variable",
    { body: "It is\n{<%= it.a %>} here for all of you" },
    "variable-name",
    "body",
    2,
  ],
  ["an empty header", header(""), "header-length", "header.text", null],
  ["a header of 61 characters", header("h".repeat(61)), "header-length", "header.text", null],
  ["a bold header", header("*Order*"), "formatting", "header.text", null],
  ["a header of two lines", header("Order\nplaced"), "formatting", "header.text", null],
  ["an emoji in a header", header("Order ✅"), "formatting", "header.text", null],
  [
    "two variables in a header",
    { ...header("Order <%= it.a %> of <%= it.b %>"), settingValues: { "header.text": ["1", "2"] } },
    "header-variables",
    "header.text",
    null,
  ],
  ["a variable in a header without an example", header("No <%= it.a %>"), "examples", "header.text", null],
  [
    "a picture without an example",
    { settings: { header: { type: "image", link: "https://shop.example/a.png" } } },
    "examples",
    "header",
    null,
  ],
  ["an unknown header", { settings: { header: { type: "gif" } } }, "header-kind", "header", null],
  [
    "a picture with link and id",
    { settings: { header: { type: "image", link: "https://a.example", id: "1", exampleHandle: "4::a" } } },
    "header-kind",
    "header",
    null,
  ],
  ["a footer of 61 characters", { settings: { footer: "f".repeat(61) } }, "footer-length", "footer", null],
  [
    "a variable in the footer",
    { settings: { footer: "For <%= it.a %> only" } },
    "footer-variables",
    "footer",
    null,
  ],
  ["a footer of two lines", { settings: { footer: "a\nb" } }, "formatting", "footer", null],
  ["eleven replies", { buttons: replies(11) }, "button-count", "buttons", null],
  ["three urls", { buttons: [url("A"), url("B"), url("C")] }, "button-count", "buttons", null],
  ["eleven buttons", { buttons: [...replies(9), url("A"), url("B")] }, "button-count", "buttons", null],
  ["a url between replies", { buttons: [reply("a"), url("B"), reply("c")] }, "button-order", "buttons", null],
  [
    "the same label twice",
    { buttons: [reply("a", "x"), reply("b", "x")] },
    "button-twice",
    "buttons[1].label",
    null,
  ],
  [
    "a label of 26",
    { buttons: [reply("a"), reply("b", "x".repeat(26))] },
    "button-label",
    "buttons[1].label",
    null,
  ],
  ["a blank label", { buttons: [reply("a", " ")] }, "button-label", "buttons[0].label", null],
  [
    "a variable in a label",
    { buttons: [reply("a", "Order {{1}}")] },
    "button-label",
    "buttons[0].label",
    null,
  ],
  ["a url without scheme", { buttons: [url("A", "shop.example")] }, "button-url", "buttons[0].url", null],
  [
    "a url of 2001 characters",
    { buttons: [url("A", `https://a.example/${"a".repeat(1983)}`)] },
    "button-url",
    "buttons[0].url",
    null,
  ],
  [
    "a variable in the middle of a url",
    { buttons: [url("A", "https://a.example/<%= it.a %>/b")] },
    "button-url",
    "buttons[0].url",
    null,
  ],
];
test.each(refused)("lintTemplate() refuses %s", (_, given, rule, component, line) => {
  const findings = lintTemplate(sourceOf(given));
  expect(findings.map((found) => [found.rule, found.component, found.line])).toEqual([
    [rule, component, line],
  ]);
  for (const { problem, cure } of findings) {
    expect(problem).toMatch(/^[A-Z].*[.:]?.*\.$/s);
    expect(cure).toMatch(/^[A-Z].*\.$/s);
  }
});

test("lintTemplate() returns every finding at once", () => {
  const findings = lintTemplate(
    sourceOf({
      name: "Order",
      body: "<%= it.a %> <%= it.b %>",
      buttons: [reply("a", "")],
      settings: { language: "English", footer: "" },
    }),
  );
  expect(findings.map(({ rule }) => rule).toSorted()).toEqual([
    "adjacent-variables",
    "button-label",
    "footer-length",
    "language",
    "name",
    "only-variables",
    "variable-at-the-edge",
    "variable-at-the-edge",
    "words-per-variable",
  ]);
});

test("lintTemplate() of an AUTHENTICATION template says that Meta writes its words", () => {
  const findings = lintTemplate(
    sourceOf({
      body: "Your code is <%= it.code %>, do not share it.",
      settings: { category: "AUTHENTICATION" },
      values: ["1".repeat(16)],
    }),
  );
  expect(findings.map(({ rule, component }) => [rule, component])).toEqual([
    ["authentication", "body"],
    ["authentication", "buttons"],
    ["authentication", "body"],
  ]);
});
