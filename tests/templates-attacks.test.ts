// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the code of templates.
import { TemplateSyntaxError, UnsafeTemplateError } from "@callboard/core";
import { afterEach, describe, expect, test } from "vitest";
import { failure } from "./queue-stage.js";
import { embedded } from "./storages.js";
import { openTemplate } from "./templates-stage.js";

/** Everything that an attack might read, so that none fails for want of data. */
const context = { a: "text", n: 1, items: ["x"], order: { number: "A-17" }, key: "constructor" };

const breach = "globalThis.breached = true";
const source = JSON.stringify(breach);

const attacks: [what: string, body: string][] = [
  ["the constructor's constructor", `<%= it.constructor.constructor(${source})() %>`],
  ["the constructor of a string", `<%= it.a.constructor.constructor(${source})() %>`],
  ["the constructor of a literal", `<%= "".constructor.constructor(${source})() %>`],
  ["the constructor of a number", `<%= (1).constructor.constructor(${source})() %>`],
  ["the constructor of a method", `<%= it.a.at.constructor(${source})() %>`],
  ["a bare constructor", "<%= it.a.constructor %>"],
  ["a bare constructor behind ?.", "<%= it?.a?.constructor %>"],
  ["a constructor in a condition", "<% if (it.constructor) { %>x<% } %>"],
  ["a constructor in a loop's head", "<% for (const x of it.constructor.name) { %><%= x %><% } %>"],
  ["a constructor in a template literal", "<%= `${it.a.constructor}` %>"],
  ["a constructor in an unprinted branch", "<%= false ? it.constructor : 1 %>"],
  ["a constructor in the other branch", "<%= true ? 1 : it.constructor %>"],
  ["a constructor behind ??", "<%= it.a ?? it.constructor %>"],
  ["a constructor in a comparison", "<%= it.a == it.constructor %>"],
  ["a constructor in an else", "<% if (it.a) { %>x<% } else { %><%= it.constructor %><% } %>"],
  ["__proto__", "<%= it.__proto__ %>"],
  ["__proto__ of a value", "<%= it.a.__proto__.x %>"],
  ["prototype", "<%= it.a.at.prototype %>"],
  ["call", `<%= it.a.at.call("abc", 1) %>`],
  ["apply", "<%= it.a.at.apply %>"],
  ["bind", "<%= it.a.at.bind %>"],
  ["a computed key of text", '<%= it["constructor"] %>'],
  ["a computed key that looks harmless", '<%= it["a"] %>'],
  ["a computed key from the data", "<%= it[it.key] %>"],
  ["a computed key that is put together", '<%= it["constr" + "uctor"] %>'],
  ["a computed key of a template literal", "<%= it[`constructor`] %>"],
  ["a computed key of a ternary", '<%= it[it.n ? "constructor" : "a"] %>'],
  ["a computed key of a loop variable", "<% for (const x of it.items) { %><%= it[x] %><% } %>"],
  ["a computed optional key", '<%= it?.["constructor"] %>'],
  ["a unicode escape in a name", "<%= it.\\u0063onstructor %>"],
  ["a braced unicode escape in a name", "<%= it.a.\\u{63}onstructor %>"],
  ["a unicode escape in __proto__", "<%= it.\\u005f\\u005fproto__ %>"],
  ["a call", "<%= it.a() %>"],
  ["a method call", "<%= it.a.toUpperCase() %>"],
  ["an optional call", "<%= it.a?.() %>"],
  ["a call in a template literal", `<%= \`\${globalThis.eval(${source})}\` %>`],
  ["a call in a condition", `<% if (eval(${source})) { %>x<% } %>`],
  ["a call in a loop's head", `<% for (const x of eval(${source})) { %>x<% } %>`],
  ["eval", `<%= eval(${source}) %>`],
  ["indirect eval", `<%= (0, eval)(${source}) %>`],
  ["Function", `<%= Function(${source})() %>`],
  ["new Function", `<%= new Function(${source})() %>`],
  ["new", "<%= new Date %>"],
  ["a tagged template", `<%= Function\`${breach}\` %>`],
  ["a tagged template of a method", "<%= it.a.at`1` %>"],
  ["globalThis", "<%= globalThis.process.pid %>"],
  ["process", "<%= process.env.HOME %>"],
  ["process behind typeof", "<%= typeof process %>"],
  ["global", "<%= global %>"],
  ["require", '<%= require("node:fs") %>'],
  ["Object", "<%= Object %>"],
  ["undefined", "<%= it.a === undefined %>"],
  ["arguments", "<%= arguments[0] %>"],
  ["Eta's options", "<%= options %>"],
  ["Eta's include", '<%= include("@x") %>'],
  ["this", "<%= this %>"],
  ["a key of this", "<%= this.config %>"],
  ["new.target", "<%= new.target %>"],
  ["import()", '<%= import("node:fs") %>'],
  ["an awaited import()", '<% const fs = await import("node:fs") %>'],
  ["import.meta", "<%= import.meta.url %>"],
  ["an import statement", '<% import fs from "node:fs" %>'],
  ["an export statement", "<% export default 1 %>"],
  ["an assignment", `<% ${breach} %>`],
  ["a printed assignment", `<%= ${breach} %>`],
  ["an assignment to the context", "<%= it.a = 1 %>"],
  ["an assignment with an operator", "<%= it.n += 1 %>"],
  ["a logical assignment", "<%= it.b ??= 1 %>"],
  ["an assignment to it", "<% it = 1 %>"],
  ["a destructuring assignment", "<% ({ a: it.b } = it) %>"],
  ["an increment", "<%= it.n++ %>"],
  ["a decrement in front", "<%= --it.n %>"],
  ["an arrow function", `<%= () => ${breach} %>`],
  ["a called arrow function", `<%= (() => { ${breach} })() %>`],
  ["an async arrow function", `<%= (async () => ${breach})() %>`],
  ["a function expression", `<%= function () { ${breach} } %>`],
  ["a generator", `<%= (function* () { ${breach} })().next() %>`],
  ["a function declaration", `<% function f() { ${breach} } %>`],
  ["an async function", `<% async function f() { ${breach} } %>`],
  ["a class", `<%= class { static x = (${breach}) } %>`],
  ["a class with a static block", `<% class A { static { ${breach} } } %>`],
  ["spread in a list", "<%= [...it.items] %>"],
  ["spread in an object", "<%= ({ ...it }) %>"],
  ["spread in Eta's own call", "<%= ...it.items %>"],
  ["a list", "<%= [1] %>"],
  ["an object", "<%= ({ toString: it.a }) %>"],
  ["a getter", `<%= ({ get a() { ${breach} } }).a %>`],
  ["a regular expression", "<%= /a/ %>"],
  ["a regular expression's source", "<%= /constructor/.source %>"],
  ["delete", "<%= delete it.a %>"],
  ["void", "<%= void 0 %>"],
  ["in", '<%= "a" in it %>'],
  ["instanceof", "<%= it instanceof it.a %>"],
  ["bits", "<%= it.n | 0 %>"],
  ["a power", "<%= 2 ** 9999 %>"],
  ["a comma", "<%= (it.a, it.n) %>"],
  ["two arguments for Eta", "<%= it.a, it.n %>"],
  ["await", "<%= await it.a %>"],
  ["yield", "<%= yield it.a %>"],
  ["var", "<% var x = 1 %>"],
  ["let", "<% let x = 1 %>"],
  ["const", "<% const x = it.a %>"],
  ["using", "<% using x = it.a %>"],
  ["while", "<% while (true) { } %>"],
  ["do … while", "<% do { } while (true) %>"],
  ["for (;;)", "<% for (;;) { } %>"],
  ["for … in", "<% for (const k in it) { %><%= k %><% } %>"],
  ["for … of with let", "<% for (let x of it.items) { %><%= x %><% } %>"],
  ["for … of with var", "<% for (var x of it.items) { %><%= x %><% } %>"],
  ["for … of over a known name", "<% for (it.a of it.items) { } %>"],
  ["for await", "<% for await (const x of it.items) { } %>"],
  ["destructuring of a list in for … of", "<% for (const [x] of it.items) { %><%= x %><% } %>"],
  [
    "destructuring of an object in for … of",
    "<% for (const { constructor: x } of it.items) { %><%= x %><% } %>",
  ],
  ["a default value in for … of", `<% for (const { x = (${breach}) } of it.items) { %><%= x %><% } %>`],
  ["a loop variable named it", "<% for (const it of it.items) { %><%= it %><% } %>"],
  [
    "a loop variable that hides another",
    "<% for (const x of it.items) { for (const x of it.items) { %><%= x %><% } } %>",
  ],
  ["a loop variable after its loop", "<% for (const x of it.items) { } %><%= x %>"],
  ["a loop variable named __eta", "<% for (const __eta of it.items) { %>x<% } %>"],
  ["an escaped loop variable named __eta", "<% for (const \\u005f\\u005feta of it.items) { %>x<% } %>"],
  ["a label", "<% here: for (const x of it.items) { break here } %>"],
  ["break", "<% for (const x of it.items) { break } %>"],
  ["continue", "<% for (const x of it.items) { continue } %>"],
  ["return", "<% return 1 %>"],
  ["throw", "<% throw 1 %>"],
  ["try", `<% try { it.a.b.c } catch { ${breach} } %>`],
  ["switch", "<% switch (it.n) { case 1: } %>"],
  ["with", "<% with (it) { } %>"],
  ["debugger", "<% debugger %>"],
  ["a directive", '<% "use strict" %>'],
  ["a value on its own", "<% it.a %>"],
  ["Eta's own output", "<% __eta.res = it.a %>"],
  ["Eta's own output, appended", '<% __eta.res += "x" %>'],
  ["Eta's own filter", `<%= __eta.f.constructor(${source})() %>`],
  ["an output like Eta's own", '<% it.res += "x" %>'],
  ["an output like Eta's own, of a value", "<% it.res += it.f(it.a) %>"],
  ["Eta's own output, escaped", '<% \\u005f\\u005feta.res += "x" %>'],
  ["Eta's own filter, escaped", "<% \\u005f_eta.res += \\u005f_eta.f(it.a) %>"],
  ["Eta's own name in a text", '<%= "__eta" %>'],
  ["a } that ends nothing", "<% } %>"],
  ["a } that would end the function", `<% } ${breach}; { %>`],
  ["a } that would end a new function", `<% }); ${breach}; (function () { %>`],
  ["a ) that ends Eta's own call", `<%= it.a); ${breach}; (it.a %>`],
  ["a ) that starts a second call", "<%= it.a) + (it.n %>"],
  ["a ; behind a value", `<%= it.a; ${breach} %>`],
  ["a comment that hides the end of Eta's own call", "<%= it.a // %>"],
  ["a comment that hides a constructor's dot", "<%= it/**/./**/constructor %>"],
  ["a comment over two tags", "<% /* %>x<% */ %><%= it.constructor %>"],
  ["a comment as HTML has them", `<% <!-- %>\n<% ${breach} %>`],
  ["a comment's end as HTML has them", `<% --> x %><%= it.constructor %>`],
  ["a hashbang", `<% #! %>\n<% ${breach} %>`],
  ["a hashbang alone", "<% #!x %>words"],
  ["a line separator", `<%= it.a // \u2028; ${breach} %>`],
  ["a private name", "<%= it.#a %>"],
  ["a string that does not end", "<%= 'x %>"],
  ["a template literal that does not end", "<%= `x %>"],
  ["a tag that does not end", "<%= it.a"],
  ["an if that does not end", "<% if (it.a) { %>x"],
  ["an empty tag", "<%= %>"],
];

/** Where, counted from 1, and what. */
const places: [body: string, line: number, column: number, piece: string][] = [
  ["<%= process %>", 1, 5, "process"],
  ["process <%= process %>", 1, 13, "process"],
  ["Dear <%= it.a %>,\n\n  <%= it.a.constructor %>", 3, 7, "it.a.constructor"],
  ["it.a.constructor\n<%= it.a.constructor %>", 2, 5, "it.a.constructor"],
  ["<%= it.a %>\n<%= it.a + eval(1) %>", 2, 12, "eval(1)"],
  ["a\r\nb <%= this %>", 2, 7, "this"],
  ["<%\n  if (it.a) {\n    it.n\n  } %>", 3, 5, "it.n"],
  ["line\n<% while (true) { %>text<% } %>", 2, 4, "while (true) {"],
  ["<%= it.a, it.n %>", 1, 5, "it.a, it.n"],
  ["x\n <%= it.a); (it.n %>", 2, 13, "(it.n"],
  ["it's <%_ let x = 1 _%>", 1, 10, "let x = 1"],
  ["\\ ' \n <%~ it[it.a] %>", 2, 6, "it[it.a]"],
  ["<% if (it.a) { %>\n'<%= it.a %>' <% } else { %> \\ <%= (window) %><% } %>", 2, 37, "window"],
  ["Dear\n<%= it.a + '\\0' %>", 2, 12, "'\\0'"],
  ["<%= `${it.a}\\u0000` %>", 1, 5, "`${it.a}\\u0000`"],
  ['<%= it.n > 1 ? "\\ud83d" : 1 %>', 1, 16, '"\\ud83d"'],
];

describe.each(embedded)("on $name", (kind) => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, "breached");
  });

  test.each(attacks)(
    "a template with %s is refused at load and at use, and never run",
    async (_what, body) => {
      const { callboard, storage, tell } = await openTemplate(kind, { body, context });
      const atLoad = await failure(callboard.templates.load());
      expect([UnsafeTemplateError, TemplateSyntaxError]).toContain((atLoad as Error).constructor);
      expect(await storage.templates.published(["words"])).toEqual([]);
      // As if somebody had edited the words past every check.
      await storage.templates.publish([
        { name: "words", body, buttons: [], channels: {}, contentHash: "edited" },
      ]);
      expect(((await failure(tell())) as Error).message).toBe((atLoad as Error).message);
      expect(globalThis).not.toHaveProperty("breached");
      expect((await callboard.notifications.page()).notifications).toEqual([]);
    },
  );

  test.each(attacks)("a url with %s is refused at load, and never run", async (_what, url) => {
    const buttons = [{ type: "url", label: "Open", url: `https://host.example/${url}` }] as const;
    const { callboard } = await openTemplate(kind, { body: "Hello.", buttons, context });
    const error = await failure(callboard.templates.load());
    expect([UnsafeTemplateError, TemplateSyntaxError]).toContain((error as Error).constructor);
    expect(globalThis).not.toHaveProperty("breached");
  });

  test.each(places)(
    "%j is refused with its place in the source and the piece",
    async (body, line, column, piece) => {
      const { callboard } = await openTemplate(kind, { body, context });
      const error = await failure(callboard.templates.load());
      expect(error).toMatchObject({ name: "UnsafeTemplateError", template: "words", line, column, piece });
      expect((error as Error).message).toContain(
        `Template "words", line ${line}, column ${column}: "${piece}" is not allowed.`,
      );
    },
  );

  test("a template that is no JavaScript is refused with the line and column where it stops to be", async () => {
    const { callboard } = await openTemplate(kind, { body: "Dear <%= it.a %>,\n  <%= it.. %>!" });
    expect(((await failure(callboard.templates.load())) as Error).message).toMatch(
      /^Template "words" cannot be read: line 2, column 10: Unexpected token\. /,
    );
  });

  test("a template that nests too deeply to be read is refused, not crashed on", async () => {
    for (const body of [
      `<%= ${"(".repeat(50_000)}1${")".repeat(50_000)} %>`,
      `<%= it.n${" + it.n".repeat(50_000)} %>`,
      `<%= ${"!".repeat(50_000)}it.n %>`,
      `<%= it${".a".repeat(50_000)} %>`,
      `${"<% { %>".repeat(20_000)}x${"<% } %>".repeat(20_000)}`,
    ]) {
      const { callboard } = await openTemplate(kind, { body, context });
      expect(await failure(callboard.templates.load())).toBeInstanceOf(TemplateSyntaxError);
    }
  });
});
