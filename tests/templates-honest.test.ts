// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the code of templates.
import { Eta } from "eta/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { embedded, type StorageKind, storages } from "./storages.js";
import { openTemplate, render, templateOn } from "./templates-stage.js";

const eta = new Eta({ autoEscape: false, autoTrim: false });

const context = {
  name: "Tariro <M.>",
  empty: "",
  n: 3,
  price: 2.5,
  yes: true,
  no: false,
  nothing: null,
  order: { number: "SO-1042", paid: true, customer: { first: "Rudo", "last-name": "Moyo" } },
  lines: [
    { name: "Maize", count: 2, tags: ["dry", "white"] },
    { name: "Salt", count: 1, tags: [] },
  ],
  words: ["alpha", "beta"],
};

const honest = [
  "Plain words, nothing else.",
  "<%= it.name %>",
  "Dear <%= it.name %>,\n\nyour order *<%= it.order.number %>* is on its way.\n",
  "<%=it.name%><%= it.n %>",
  "<%= it.order.customer.first %>",
  "<%= it.words[0] %> and <%= it.words[1] %>",
  "<%= it.lines[1].name %>",
  "<%= it.words.length %>",
  "<%= it.name.length > 5 ? 'long' : 'short' %>",
  '<%= it.none ?? "none" %>',
  '<%= it.nothing ?? it.none ?? "none" %>',
  '<%= it.empty || "none" %>',
  '<%= it.yes && "on" %>',
  '<%= it.order?.customer?.first ?? "-" %>',
  '<%= it.none?.deep?.deeper ?? "-" %>',
  "<%= it.n + 1 %> <%= it.n - 1 %> <%= it.n * 2 %> <%= it.n / 2 %> <%= it.n % 2 %> <%= -it.n %> <%= +it.n %>",
  "<%= it.n * it.price + (it.n - 1) %>",
  "<%= (it.n + 1) * (it.n - 1) %>",
  "<%= (it.name) %>",
  '<%= "Order " + it.order.number + "!" %>',
  "<%= `Order ${it.order.number} of ${it.order.customer.first}` %>",
  "<%= it.n == 3 %> <%= it.n != 3 %> <%= it.n === 3 %> <%= it.n !== 3 %>",
  "<%= it.n < 3 %> <%= it.n <= 3 %> <%= it.n > 3 %> <%= it.n >= 3 %> <%= !it.yes %> <%= !!it.empty %>",
  '<%= it.yes ? (it.no ? "a" : "b") : "c" %>',
  "<% if (it.yes) { %>yes<% } %>",
  "<% if (it.no) { %>yes<% } else { %>no<% } %>",
  "<% if (it.n > 5) { %>many<% } else if (it.n > 2) { %>some<% } else { %>few<% } %>",
  "<% if (it.yes && !it.no || it.nothing) { %>\n  both\n<% } %>",
  "<% for (const line of it.lines) { %>- <%= line.name %> × <%= line.count %>\n<% } %>",
  "<% for (const line of it.lines) { %><% for (const tag of line.tags) { %>[<%= tag %>]<% } %>;<% } %>",
  "<% for (const line of it.lines) { %><% if (line.count > 1) { %><%= line.name %><% } %><% } %>.",
  "<% for (const word of it.words) { %><%= word %> <%= it.name %> <% } %>",
  "<% for (const letter of it.words[0]) { %><%= letter %>-<% } %>",
  "<% for (const a of it.words) { %><%= a %><% } for (const a of it.words) { %><%= a %><% } %>",
  "<% { %>block<% } %>",
  "<% ; %>empty",
  "<%~ it.name %>",
  "a  \n  <%- it.n -%>\n  b".replace("<%- it.n", "<%-= it.n"),
  "a \n <%_= it.n _%> \n b",
  "<% if (it.yes) { -%>\nyes\n<% } -%>\nend",
  "<%= /* first */ it.n /* last */ %>",
  "<%= 'it\\'s' %> <%= \"a \\\"quote\\\"\" %> <%= 'tab\\tand\\u00e9' %>",
  '<%= "%" + ">" %> <%= "%>" %> <%= "<%" %>',
  "'single' \"double\" `back` \\ ${it.n} $1 $& </script> <!-- --> // /* */",
  "%> alone, < % apart, 100 % <%= it.n %> %",
  "Windows\r\nlines <%= it.n %>\r\nand\rold",
  "emoji 👩🏽‍🌾 \u2028 \u00a0 <%= '👍' %>",
  "<%= 1_000 %> <%= 0x10 %> <%= 1e3 %> <%= .5 %> <%= true %>",
  "<%= it.order\n  .customer\n  .first %>",
];

/** Any text that Callboard takes: databases cannot keep U+0000. */
const storableText = fc.string({ unit: "binary" }).filter((text) => !text.includes("\u0000"));

/** Renders body after body on one storage: to open one for each takes a server longer than all the rest. */
async function openRenderer(kind: StorageKind, context: object) {
  const { storage } = await openTemplate(kind, { body: "" });
  return async (body: string) => {
    const { callboard, tell } = templateOn(storage, { body, context });
    await callboard.templates.load();
    return (await tell()).text;
  };
}

describe.each(embedded)("on $name", (kind) => {
  test.each(honest)("%j reads as plain Eta renders it", async (body) => {
    const expected = eta.renderString(body, context);
    expect((await render(kind, { body, context })).text).toBe(expected);
  });

  test("whatever an expression is made of, it reads as plain Eta renders it", async () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => {
      const inner = tie("expression");
      const made = (...pieces: (string | typeof inner)[]) =>
        fc.tuple(...pieces.map((piece) => (typeof piece === "string" ? fc.constant(piece) : piece)));
      return {
        expression: fc.oneof(
          { maxDepth: 5, withCrossShrink: true },
          fc.constantFrom("it.n", "it.name", "it.words[0]", "it.order?.number", "2", '"text"', "'%'", "true"),
          ...[
            made("(", inner, ")"),
            made("/* a */ ", inner, " /* b */"),
            made(inner, " + ", inner),
            made("(", inner, " ?? ", inner, ")"),
            made("(", inner, " ? ", inner, " : ", inner, ")"),
            made("(", inner, " == ", inner, ")"),
            made("(it.none ?? ", inner, ")"),
            made("`<${", inner, "}>${", inner, "}`"),
            made("!(", inner, ")"),
          ].map((pieces) => pieces.map((parts) => parts.join(""))),
        ),
      };
    });
    const textOf = await openRenderer(kind, context);
    await fc.assert(
      fc.asyncProperty(expression, expression, async (a, b) => {
        const body = `<%= ${a} %>|<% if (${b}) { %><%=${b}%><% } %>|<%= ${a} %>`;
        expect(await textOf(body)).toBe(eta.renderString(body, context));
      }),
      { numRuns: 100, seed: 17 },
    );
  });
});

// These go through the database to the letter.
describe.each(storages)("on $name", { timeout: 30_000 }, (kind) => {
  test("whatever the values are, they are put in the place of their expressions, once, and never run", async () => {
    const { callboard, tell } = await openTemplate(kind, {
      body: "«<%= it.a %>» <%= it.b.c %>\n<%= it.a %> <% for (const x of it.xs) { %>(<%= x %>)<% } %>.",
      context: { a: "", b: { c: "" }, xs: [] },
    });
    await callboard.templates.load();
    const hostile = fc.constantFrom("<%= it.b.c %>", "${it.a}", "$&", "$1", "%>", "\\", "'", "`", "{{1}}");
    const value = fc.oneof(storableText, fc.string(), hostile);
    await fc.assert(
      fc.asyncProperty(value, value, fc.array(value, { maxLength: 4 }), async (a, c, xs) => {
        const { text } = await tell({ a, b: { c }, xs });
        expect(text).toBe(`«${a}» ${c}\n${a} ${xs.map((x) => `(${x})`).join("")}.`);
      }),
      { numRuns: 100, seed: 17 },
    );
  });

  test("whatever the fixed words are, they are kept, but for the kind of line break", async () => {
    const words = fc
      .array(fc.oneof(storableText, fc.constantFrom("'", "\\", "\n", "\r\n", "%>", "${", "`", "<")))
      .map((pieces) => pieces.join(""))
      .filter((text) => !text.includes("<%") && !text.endsWith("<") && text.trim() !== "");
    const textOf = await openRenderer(kind, { a: "v" });
    await fc.assert(
      fc.asyncProperty(words, async (fixed) => {
        expect(await textOf(`${fixed}<%= it.a %>`)).toBe(`${fixed.replace(/\r\n|\r/g, "\n")}v`);
      }),
      { numRuns: 50, seed: 17 },
    );
  });
});
