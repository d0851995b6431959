import type { RenderedButton, RenderedContent } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { contentOf, identity, settings, transportAt } from "./fixtures.js";

const transport = transportAt("https://graph.facebook.com");

const reply = (id: string, label = id): RenderedButton => ({ type: "reply", id, label });
const url = (
  label: string,
  address = "https://shop.example/o/",
  suffix: string | null = null,
): RenderedButton => ({
  type: "url",
  label,
  url: address,
  suffix,
});
const replies = (count: number) => Array.from({ length: count }, (_, index) => reply(`r${index}`));

const fine: [what: string, content: Partial<RenderedContent>][] = [
  ["a free text of 4096 characters", { text: "😀".repeat(4096) }],
  ["three replies in a free text", { buttons: replies(3) }],
  ["one url in a free text", { buttons: [url("Open")] }],
  ["control flow in a free text", { variables: null }],
  ["a template of 1024 characters", { text: "a".repeat(1024), channel: settings }],
  ["ten replies in a template", { buttons: replies(10), channel: settings }],
  ["replies and two urls in a template", { buttons: [...replies(2), url("A"), url("B")], channel: settings }],
  ["a label of 25 characters in a template", { buttons: [reply("a", "x".repeat(25))], channel: settings }],
  ["a footer of 60 characters", { channel: { ...settings, footer: "f".repeat(60) } }],
  ["a remote name", { channel: { ...settings, name: "order_v2" } }],
  [
    "a header that is 60 characters with its value",
    {
      channel: { ...settings, header: { type: "text", text: "h".repeat(60) } },
      settingValues: { "header.text": ["h"] },
    },
  ],
  ["a picture", { channel: { ...settings, header: { type: "image", link: "https://shop.example/a.png" } } }],
  [
    "a document by id",
    { channel: { ...settings, header: { type: "document", id: "1", filename: "a.pdf" } } },
  ],
  ["an hour to live", { channel: { ...settings, timeToLiveSeconds: 3600 } }],
  ["named parameters", { channel: { ...settings, parameterFormat: "named" } }],
  [
    "a code of 15 characters",
    { variables: ["1".repeat(15)], channel: { ...settings, category: "AUTHENTICATION" } },
  ],
];
test.each(fine)("checkContent() finds nothing wrong with %s", (_, content) => {
  expect(transport.checkContent(contentOf(content), identity)).toEqual([]);
});

test.each(["en", "en_US", "pt_BR", "zh_CN", "fil", "prs_AF"])(
  "checkContent() takes the language %s",
  (language) => {
    expect(transport.checkContent(contentOf({ channel: { ...settings, language } }), identity)).toEqual([]);
  },
);

const wrong: [what: string, content: Partial<RenderedContent>, cure: RegExp][] = [
  ["an empty text", { text: "" }, /empty\. Write/],
  ["a text that shows nothing", { text: " \n\u200b" }, /empty\. Write/],
  ["a free text of 4097 characters", { text: "a".repeat(4097) }, /4097 characters.*4096.*Shorten/],
  [
    "a free text of 1025 with a button",
    { text: "a".repeat(1025), buttons: replies(1) },
    /1024.*drop the buttons/,
  ],
  ["a template of 1025 characters", { text: "a".repeat(1025), channel: settings }, /1025.*1024\. Shorten/],
  [
    "a template that flattening makes too long",
    { text: `${"a".repeat(1021)}x\ny`, variables: ["x\ny"], channel: settings },
    /1026.*1024\. Shorten/,
  ],
  ["control flow in a template", { variables: null, channel: settings }, /control flow.*one variable/],
  ["four replies in a free text", { buttons: replies(4) }, /3 reply buttons.*not 4/],
  ["two urls in a free text", { buttons: [url("A"), url("B")] }, /1 url button .*not 2/],
  ["a reply and a url in a free text", { buttons: [reply("a"), url("B")] }, /not both/],
  ["eleven replies in a template", { buttons: replies(11), channel: settings }, /10 reply buttons.*not 11/],
  [
    "twelve buttons",
    { buttons: [...replies(10), url("A"), url("B")], channel: settings },
    /10 buttons.*not 12/,
  ],
  [
    "three urls in a template",
    { buttons: [url("A"), url("B"), url("C")], channel: settings },
    /2 url.*not 3/,
  ],
  [
    "a url between replies",
    { buttons: [reply("a"), url("B"), reply("c")], channel: settings },
    /side by side/,
  ],
  ["a label of 21 in a free text", { buttons: [reply("a", "x".repeat(21))] }, /1 to 20 characters/],
  ["a label of 26 in a template", { buttons: [reply("a", "x".repeat(26))], channel: settings }, /1 to 25/],
  ["an empty label", { buttons: [reply("a", " ")] }, /1 to 20 characters/],
  ["the same label twice", { buttons: [reply("a", "x"), reply("b", "x")] }, /its own/],
  ["the same id twice", { buttons: [reply("a", "x"), reply("a", "y")] }, /its own/],
  ["an empty id", { buttons: [reply("", "x")] }, /1 to 256/],
  ["a url without a scheme", { buttons: [url("A", "shop.example")] }, /https:\/\//],
  ["a script as url", { buttons: [url("A", "javascript:alert(1)")] }, /https:\/\//],
  ["a url of 2001", { buttons: [url("A", `https://shop.example/${"a".repeat(1980)}`)] }, /2000/],
  [
    "an empty suffix",
    { buttons: [url("A", "https://shop.example/", "")], channel: settings },
    /is empty\. Give/,
  ],
  ["a footer of 61", { channel: { ...settings, footer: "f".repeat(61) } }, /1 to 60/],
  ["a footer that is no text", { channel: { ...settings, footer: 7 } }, /1 to 60/],
  [
    "a header that its value makes too long",
    { channel: { ...settings, header: { type: "text", text: "h".repeat(61) } } },
    /61 characters.*60\. Shorten/,
  ],
  [
    "a header that flattening makes too long",
    {
      channel: { ...settings, header: { type: "text", text: `${"h".repeat(57)}a\nb` } },
      settingValues: { "header.text": ["a\nb"] },
    },
    /62 characters.*60\. Shorten/,
  ],
  [
    "a header that is no object",
    { channel: { ...settings, header: "Order" } },
    /type of the WhatsApp header/,
  ],
  [
    "a header of a type that is a word of JavaScript",
    { channel: { ...settings, header: { type: "constructor" } } },
    /type of the WhatsApp header/,
  ],
  ["a header without text", { channel: { ...settings, header: { type: "text" } } }, /no text\. Write/],
  [
    "a text header with a link",
    { channel: { ...settings, header: { type: "text", text: "a", link: "https://a.example" } } },
    /no setting "header.link"/,
  ],
  [
    "a picture from nowhere",
    { channel: { ...settings, header: { type: "image" } } },
    /either a link or an id/,
  ],
  [
    "a link that cannot be opened",
    { channel: { ...settings, header: { type: "image", link: "shop.example" } } },
    /cannot be opened\. Start it with https/,
  ],
  ["an empty media id", { channel: { ...settings, header: { type: "image", id: " " } } }, /id .* is empty/],
  [
    "a file name that is no text",
    { channel: { ...settings, header: { type: "document", id: "1", filename: 7 } } },
    /filename is no text/,
  ],
  [
    "a minute of marketing",
    { channel: { ...settings, category: "MARKETING", timeToLiveSeconds: 60 } },
    /43200 to 2592000/,
  ],
  ["half a second", { channel: { ...settings, timeToLiveSeconds: 30.5 } }, /whole seconds.*-1 for 30 days/],
  ["an unknown format", { channel: { ...settings, parameterFormat: "x" } }, /"positional" or "named"/],
  ["no language", { channel: { category: "UTILITY" } }, /language is missing.*en_US/],
  ["a language with a hyphen", { channel: { ...settings, language: "en-US" } }, /language.*en_US/],
  ["no category", { channel: { language: "en_US" } }, /category is missing.*UTILITY/],
  ["an unknown category", { channel: { ...settings, category: "utility" } }, /category.*unknown.*UTILITY/],
  ["a remote name in capitals", { channel: { ...settings, name: "Order" } }, /lower case/],
  ["a misspelt setting", { channel: { ...settings, fotter: "x" } }, /no setting "fotter"\. Use/],
  [
    "a long code",
    { variables: ["1".repeat(16)], channel: { ...settings, category: "AUTHENTICATION" } },
    /15 characters/,
  ],
];
test.each(wrong)("checkContent() says what is wrong and what to do about %s", (_, content, cure) => {
  const problems = transport.checkContent(contentOf(content), identity);
  expect(problems).toEqual([expect.stringMatching(cure)]);
  expect(problems[0]).toMatch(/^[A-Z].*\.$/s);
});

test("checkContent() refuses a template whose own name Meta does not allow", () => {
  const problems = transport.checkContent(contentOf({ channel: settings }), { name: "newOrder", version: 1 });
  expect(problems).toEqual([expect.stringMatching(/Rename the template, or set whatsapp.name/)]);
});

test("checkContent() lists every problem at once", () => {
  const content = contentOf({ text: "", variables: null, channel: {} });
  expect(transport.checkContent(content, identity).length).toBe(4);
});
