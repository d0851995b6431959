import { compileTemplate, lintTemplate, type TemplateRule } from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeTemplate } from "./meta-judge.js";
import { reply, sourceOf, url, type Words } from "./template-source.js";

const expression = fc.constantFrom("it.a", "it.b", 'it.c ?? "none"', "it.d.e", "it.f + 1");
const word = fc.constantFrom("order", "Ada", "is", "here", "42", "straße", "e-mail");
const gap = fc.constantFrom(" ", " ", " ", "\n", "\n\n", ", ", ". ", "", "  ");
const oddity = fc.constantFrom(
  "\t",
  "    ",
  "\n\n\n",
  "\n \n \n",
  "✅",
  "🚚".repeat(11),
  "*",
  "{",
  "x".repeat(1000),
);
const tag = expression.map((code) => `<%= ${code} %>`);
const piece = fc.oneof(
  { weight: 12, arbitrary: word },
  { weight: 5, arbitrary: tag },
  { weight: 1, arbitrary: oddity },
);
const body = fc
  .array(fc.tuple(piece, gap), { minLength: 1, maxLength: 30 })
  .map((pieces) => pieces.flat().join(""))
  .filter((text) => text.trim() !== "" && !/\{\{|\{<|>\}/.test(text));

const label = fc.constantFrom("Yes", "No", "Later", "x".repeat(25), "x".repeat(26), "");
const button = fc.oneof(
  label.map((text) => reply(`id-${text}`, text)),
  label.map((text) => url(text)),
);
const buttons = fc.array(button, { maxLength: 5 });
const manyButtons = fc
  .tuple(fc.nat(12), fc.nat(4))
  .map(([replies, urls]) => [
    ...Array.from({ length: replies }, (_, index) => reply(`r${index}`)),
    ...Array.from({ length: urls }, (_, index) => url(`u${index}`)),
  ]);
const headerText = fc
  .array(
    fc.oneof({ weight: 8, arbitrary: word }, fc.constantFrom("*", "\n", "✅", "<%= it.a %>", "y".repeat(50))),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((pieces) => pieces.join(" ").trim())
  .filter((text) => text !== "");
const settings = fc.record(
  {
    header: headerText.map((text) => ({ type: "text", text })),
    footer: fc.constantFrom("Staff notice", "f".repeat(60), "f".repeat(61)),
    parameterFormat: fc.constantFrom("positional", "named"),
  },
  { requiredKeys: [] },
);
const words: fc.Arbitrary<Words> = fc
  .record({
    name: fc.constantFrom("order", "order_2", "Order", "o".repeat(512), "o".repeat(513)),
    body,
    buttons: fc.oneof(buttons, manyButtons),
    settings,
  })
  .map((given) => ({
    ...given,
    settingValues: { "header.text": valuesIn(given.settings.header?.text ?? "") },
  }));

function valuesIn(text: string): string[] {
  return text.includes("<%=") ? ["A-17"] : [];
}

const rulesOf = (given: Words) => lintTemplate(sourceOf(given)).map(({ rule }) => rule);

test("lintTemplate() objects to what a second judge of Meta's rules objects to, and to nothing else", () => {
  let clean = 0;
  fc.assert(
    fc.property(words, (given) => {
      const { template, findings } = compileTemplate(sourceOf(given));
      expect(findings.map(({ rule }) => rule).toSorted()).toEqual(judgeTemplate(template!.payload));
      if (findings.length === 0) clean++;
    }),
    { numRuns: 2000 },
  );
  expect(clean).toBeGreaterThan(20);
});

test("compileTemplate() numbers every expression once, from 1 without a gap, and keeps all words between", () => {
  const pieces = fc.array(
    fc.oneof(
      word,
      gap,
      expression.map((code) => ({ code })),
    ),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(pieces, (given) => {
      const codes = [...new Set(given.flatMap((item) => (typeof item === "string" ? [] : [item.code])))];
      const source = given.map((item) => (typeof item === "string" ? item : `<%= ${item.code} %>`)).join("");
      const expected = given
        .map((item) => (typeof item === "string" ? item : `{{${codes.indexOf(item.code) + 1}}}`))
        .join("");
      const { template } = compileTemplate(sourceOf({ body: source }));
      expect(template!.expressions).toEqual(codes);
      expect(template!.payload.components[0]).toMatchObject({ type: "BODY", text: expected.trim() });
    }),
    { numRuns: 500 },
  );
});

test("compileTemplate() never takes braces of the author's own for a variable", () => {
  const own = fc.constantFrom("{{1}}", "{{2}}", "{{9}}", "{{a}}", "{{", "}}");
  const pieces = fc.array(fc.oneof(word, own, tag), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pieces, own, (given, braces) => {
      const { template, findings } = compileTemplate(sourceOf({ body: [...given, braces].join(" ") }));
      expect(template).toBeNull();
      expect(findings.map(({ rule }) => rule)).toContain("variable-name");
    }),
  );
});

test("lintTemplate() names the line of the source on which a tab stands, whatever stands before it", () => {
  const before = fc.array(
    fc.constantFrom(
      "order",
      "\n",
      "\r\n",
      " - ",
      "<%= it.a %>",
      "<%=\n it.b\n%>",
      "<% /* a\nb */ %>",
      "<%= it.a -%>\n",
      "é",
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(before, (pieces) => {
      const source = `start ${pieces.join("")}x\ty`;
      const tab = lintTemplate(sourceOf({ body: source })).find(({ rule }) => rule === "spaces");
      expect(tab?.line).toBe(source.split("\t")[0]!.split("\n").length);
    }),
    { numRuns: 500 },
  );
});

const atTheEdge: TemplateRule = "variable-at-the-edge";
const nothing = fc.stringMatching(/^[ .,!*_\n-]{0,5}$/);
const sentence = fc.array(word, { minLength: 9, maxLength: 12 }).map((all) => all.join(" "));

test("lintTemplate() finds a variable at either edge exactly where no word stands before or behind it", () => {
  fc.assert(
    fc.property(tag, nothing, nothing, sentence, sentence, fc.nat(3), (variable, lead, tail, a, b, which) => {
      const before = which & 1 ? `${a} ` : lead;
      const behind = which & 2 ? ` ${b}` : tail;
      const found = rulesOf({ body: `${before}${variable}${behind}` }).filter((rule) => rule === atTheEdge);
      expect(found.length).toBe((which & 1 ? 0 : 1) + (which & 2 ? 0 : 1));
    }),
  );
});

test("lintTemplate() finds neighbours exactly where nothing but space is between two variables", () => {
  const between = fc.stringMatching(/^[ \n,.a]{0,4}$/);
  fc.assert(
    fc.property(sentence, between, sentence, (a, gap, b) => {
      const found = rulesOf({ body: `${a} <%= it.a %>${gap}<%= it.b %> ${b}` });
      expect(found.includes("adjacent-variables")).toBe(gap.trim() === "");
    }),
  );
});

test("lintTemplate() wants 2 n + 1 words for n variables, neither more nor fewer", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 6 }), (variables, spare) => {
      const count = 2 * variables + 1 - 3 + spare;
      const tags = Array.from({ length: variables }, (_, index) => `<%= it.v${index} %>, `);
      const found = rulesOf({ body: `word ${tags.join("")}${"word ".repeat(Math.max(0, count - 1))}` });
      const words = 1 + Math.max(0, count - 1);
      expect(found.includes("words-per-variable")).toBe(words < 2 * variables + 1);
    }),
  );
});

test("lintTemplate() allows one empty line and 1024 characters, and no more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1020, max: 1028 }), (breaks, length) => {
      expect(rulesOf({ body: `one${"\n".repeat(breaks)}two` }).includes("newlines")).toBe(breaks > 2);
      expect(rulesOf({ body: "😀x".padEnd(length + 1, "x") }).includes("body-length")).toBe(length > 1024);
    }),
  );
});
