// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the code of templates.
import { describe, expect, test } from "vitest";
import { failure } from "./queue-stage.js";
import { storages } from "./storages.js";
import { openTemplate, render } from "./templates-stage.js";

describe.each(storages)("on $name", (kind) => {
  const text = async (body: string, context: object = {}) => (await render(kind, { body, context })).text;

  test("a value is printed as it is, without HTML escaping", async () => {
    expect(await text("<%= it.a %> & <b>", { a: `<b>"Ada" & 'Ben'</b>` })).toBe(`<b>"Ada" & 'Ben'</b> & <b>`);
  });

  test("line breaks around tags and in values are kept", async () => {
    const body = "\n<%= it.a %>\n\n<% if (it.b) { %>\nyes\n<% } %>\nend\n";
    expect(await text(body, { a: "1\n2", b: true })).toBe("\n1\n2\n\n\nyes\n\nend\n");
  });

  test("quotes, backslashes, dollars and percent signs of the text are kept", async () => {
    const literal = "'\"`\\n ${it.a} $& %> 100 % <a> {{1}} \\";
    expect(await text(`${literal}<%= it.a %>`, { a: "$&" })).toBe(`${literal}$&`);
  });

  test("numbers and booleans are printed as JavaScript writes them", async () => {
    expect(
      await text("<%= it.a %> <%= it.b %> <%= it.c %> <%= it.d %>", { a: 0, b: -1.5, c: true, d: false }),
    ).toBe("0 -1.5 true false");
  });

  test("an empty text is a value", async () => {
    expect(await text("[<%= it.a %>]", { a: "" })).toBe("[]");
  });

  test("?? prints its fallback for what is missing or null, and only for that", async () => {
    const body = '<%= it.a ?? "none" %> <%= it.b ?? "none" %> <%= it.c ?? "none" %> <%= it.d?.e ?? "none" %>';
    expect(await text(body, { b: null, c: 0 })).toBe("none none 0 none");
  });

  test("a ternary, a comparison and arithmetic print their result", async () => {
    const body =
      '<%= it.n > 1 ? "items" : "item" %> <%= it.n * 2 + 1 %> <%= "no " + it.n %> <%= `${it.n}!` %>';
    expect(await text(body, { n: 2 })).toBe("items 5 no 2 2!");
  });

  test("an expression in parentheses prints its value", async () => {
    const body = '<%= (it.a) %> <%= ((it.b ?? "none")) %> <%= (it.n + 1) * 2 %> <%= (it.a) + (it.n) %>';
    expect(await text(body, { a: "x", n: 1 })).toBe("x none 4 x1");
  });

  test("a comment inside a tag prints nothing", async () => {
    expect(await text("<%= /* the name */ it.a /* ends */ %><% /* nothing */ %>.", { a: "x" })).toBe("x.");
  });

  test("if, else if and else print one branch", async () => {
    const body = "<% if (it.n > 1) { %>many<% } else if (it.n === 1) { %>one<% } else { %>none<% } %>";
    expect(await text(body, { n: 2 })).toBe("many");
    expect(await text(body, { n: 1 })).toBe("one");
    expect(await text(body, { n: 0 })).toBe("none");
  });

  test("for … of prints each item by its loop variable, and loops may be nested", async () => {
    const body =
      "<% for (const line of it.lines) { %><%= line.name %>:<% for (const tag of line.tags) { %> <%= tag %><% } %>;<% } %>";
    const lines = [
      { name: "A", tags: ["x", "y"] },
      { name: "B", tags: [] },
    ];
    expect(await text(body, { lines })).toBe("A: x y;B:;");
  });

  test("it.recipient is the person who is told", async () => {
    const body = "<%= it.recipient.name %> <%= it.recipient.userId %> <%= it.recipient.locale %>";
    expect(await text(body)).toBe("Ada ada en-ZW");
  });

  test.each([
    '<%= it?.recipient?.name ?? "?" %>',
    "<%= (it).recipient.name %>",
    "<%= (it.a ? it : it).recipient.name %>",
    "<%= `${it.recipient.name}` %>",
    "<% if (it.recipient.name) { %><%= it.recipient.name %><% } %>",
  ])("it.recipient is known in %s", async (body) => {
    expect(await text(body, { a: 1 })).toBe("Ada");
  });

  test.each(["", "<%= it.recipient.name %>"])(
    "what every JavaScript object inherits is no data (%j)",
    async (personal) => {
      const keys = ["toString", "valueOf", "hasOwnProperty", "isPrototypeOf"];
      const body = keys.map((key) => `<%= it.${key} ?? "-" %><%= it.order.${key} ?? "-" %>`).join("");
      expect(await text(`${body}${personal}`, { order: {} })).toBe(`--------${personal && "Ada"}`);
    },
  );

  const missing: [body: string, context: object, expression: string][] = [
    ["<%= it.note %>", {}, "it.note"],
    ["<%= it.note %>", { note: null }, "it.note"],
    ["<%= it.order %>", { order: { number: "A" } }, "it.order"],
    ["<%= it.lines %>", { lines: ["A"] }, "it.lines"],
    ["<%= it.a %><%= it.order.note %>", { a: 1, order: {} }, "it.order.note"],
    ["<%= it.notebook %><%= it.order.note %>", { notebook: "x" }, "it.order.note"],
    ["<%= it.order.note %>", { order: null }, "it.order.note"],
    ["<%= it.order.note.text %>", { order: {} }, "it.order.note.text"],
    ["<%= (it.note) %>", {}, "it.note"],
    ["<%= it.lines[2] %>", { lines: ["A"] }, "it.lines[2]"],
    ["<%= it.note.at %>", { note: "x" }, "it.note.at"],
    ["<%= `Dear ${it.name}` %>", {}, "it.name"],
    ['<%= "Dear " + it.name %>', { name: null }, "it.name"],
    ['<%= "Dear " + (it.name) + "!" %>', {}, "it.name"],
    ["<%= it.count * it.price %>", { count: 2 }, "it.price"],
    ["<%= -it.count %>", {}, "-it.count"],
    ["<%= it.count / it.none %>", { count: 1, none: 0 }, "it.count / it.none"],
    ["<%= it.a - it.b %>", { a: "x", b: 1 }, "it.a - it.b"],
    ["<% for (const l of it.lines) { %><%= l.name %><% } %>.", { lines: [{}] }, "l.name"],
    ["<% for (const l of it.lines) { %><%= l %><% } %>.", {}, "it.lines"],
    ["<% for (const l of (it.lines)) { %><%= l %><% } %>.", { lines: 3 }, "it.lines"],
    ["<%= it.a %><% if (it.order.paid) { %>paid<% } %>.", { a: 1 }, "it.order.paid"],
    ["<%= it.a %><% if (it.x) {} else if ((it.order.paid)) { %>paid<% } %>.", { a: 1 }, "it.order.paid"],
  ];
  test.each(missing)(
    "%s with %j is refused by the expression that has no value",
    async (body, context, expression) => {
      const { callboard, storage } = await openTemplate(kind, { body: "Nothing." });
      await callboard.templates.load();
      await storage.templates.publish([
        { name: "words", body, buttons: [], channels: {}, contentHash: "edited" },
      ]);
      const error = await failure(
        callboard.queueNotificationsToUsers({ template: "words", context: { ...context }, userIds: ["ada"] }),
      );
      expect(error).toMatchObject({ name: "MissingValueError", template: "words", expression });
      expect((error as Error).message).toContain(expression);
      expect((await callboard.notifications.page()).notifications).toEqual([]);
    },
  );

  test("a condition may ask for what is missing", async () => {
    expect(await text("<% if (it.note) { %>!<% } %><% if (it.a == null) { %>none<% } %>")).toBe("none");
  });

  test("variables holds each distinct expression once, in order of appearance", async () => {
    const body = "<%= it.b %> <%= it.a %> <%= it.b %> <%= (it.a) %> <%= it.c ?? 'none' %>";
    const content = await render(kind, { body, context: { a: 1, b: "two\nlines" } });
    expect(content.variables).toEqual(["two\nlines", "1", "none"]);
    expect(content.text).toBe("two\nlines 1 two\nlines 1 none");
  });

  test("variables holds what is printed, not the parts that it is made of", async () => {
    const body = '<%= "Dear " + it.a %> <%= it.a %> <%= `${it.b}` %>';
    const content = await render(kind, { body, context: { a: "Ada", b: 1 } });
    expect(content.variables).toEqual(["Dear Ada", "Ada", "1"]);
  });

  test("variables is empty for fixed words, and null for words with control flow", async () => {
    expect((await render(kind, { body: "Fixed." })).variables).toEqual([]);
    expect((await render(kind, { body: "<% if (true) { %><%= 1 %><% } %>" })).variables).toBeNull();
    const loop = "<% for (const x of it.xs) { %><%= x %><% } %>.";
    expect((await render(kind, { body: loop, context: { xs: [1] } })).variables).toBeNull();
  });

  test("a reply button and a fixed url are kept as they are", async () => {
    const { buttons } = await render(kind, {
      body: "Hello.",
      buttons: [
        { type: "reply", id: "<%= it.x %>", label: "Acknowledge" },
        { type: "url", label: "Open", url: "https://host.example/orders" },
      ],
    });
    expect(buttons).toEqual([
      { type: "reply", id: "<%= it.x %>", label: "Acknowledge" },
      { type: "url", label: "Open", url: "https://host.example/orders", suffix: null },
    ]);
  });

  test("a url's value is encoded, so that it cannot change the rest of the address", async () => {
    const { buttons, variables } = await render(kind, {
      body: "Hello.",
      buttons: [{ type: "url", label: "Open", url: "https://host.example/o/<%= it.id %>" }],
      context: { id: "../a b?x=1&y=é#z" },
    });
    const suffix = "..%2Fa%20b%3Fx%3D1%26y%3D%C3%A9%23z";
    expect(buttons).toEqual([
      { type: "url", label: "Open", url: `https://host.example/o/${suffix}`, suffix },
    ]);
    expect(variables).toEqual([]);
  });

  test("a url is made for each person when it prints the recipient", async () => {
    const { buttons } = await render(kind, {
      body: "Hello.",
      buttons: [{ type: "url", label: "Open", url: "https://host.example/<%= it.recipient.userId %>" }],
    });
    expect(buttons).toMatchObject([{ url: "https://host.example/ada" }]);
  });

  test("a url's missing value is refused by its expression", async () => {
    const { callboard } = await openTemplate(kind, {
      body: "Hello.",
      buttons: [{ type: "url", label: "Open", url: "https://host.example/<%= it.id %>" }],
    });
    expect(await failure(callboard.templates.load())).toMatchObject({
      name: "MissingValueError",
      expression: "it.id",
    });
  });

  test.each([
    "https://host.example/<%= it.a %>/edit",
    "https://<%= it.a %>.host.example/",
    "https://host.example/<%= it.a %>/<%= it.a %>",
    "https://host.example/<%= it.a %><%= it.b %>",
    "https://host.example/<% if (it.a) { %>x<% } %>",
    "https://host.example/<%= it.a %> ",
  ])("the url %s is refused: one value, at its very end", async (url) => {
    const { callboard, storage } = await openTemplate(kind, {
      body: "Hello.",
      buttons: [{ type: "url", label: "Open it", url }],
      context: { a: "x", b: "y" },
    });
    const error = await failure(callboard.templates.load());
    expect(error).toMatchObject({ name: "TemplateSyntaxError", template: "words" });
    expect((error as Error).message).toContain('button "Open it" may hold one <%= … %>');
    expect(await storage.templates.published(["words"])).toEqual([]);
  });
});
