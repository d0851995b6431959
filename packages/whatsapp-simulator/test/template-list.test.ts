import fc from "fast-check";
import { expect, test } from "vitest";
import { draft, openAccount, templatesPath } from "./support/open-account.js";

const stock = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    language: "en_US",
    body: `Text ${index}`,
  }));

/** Every name in the list, page by page. */
async function readAll(
  call: (path: string) => Promise<{ data: { name: string }[]; paging?: Paging }>,
  limit: number,
) {
  const names: string[] = [];
  let after = "";
  for (;;) {
    const { data, paging } = await call(`${templatesPath}?fields=name&limit=${limit}${after}`);
    names.push(...data.map(({ name }) => name));
    if (paging?.next === undefined) return names;
    after = `&after=${paging.cursors.after}`;
  }
}

interface Paging {
  readonly cursors: { readonly before: string; readonly after: string };
  readonly next?: string;
  readonly previous?: string;
}

test("paging through the list returns each template once, whatever the page size", async () => {
  const { call } = await openAccount({ templates: stock(23), limits: "none" });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
      const names = await readAll(async (path) => (await call("GET", path)).body, limit);
      expect(names).toEqual(stock(23).map(({ name }) => name));
    }),
    { numRuns: 15 },
  );
});

test("GET of the list without parameters shows 25 templates with their words", async () => {
  const { call } = await openAccount({ templates: stock(26) });
  const { status, body } = await call("GET", templatesPath);
  expect(status).toBe(200);
  expect(body.data).toHaveLength(25);
  expect(body.data[0]).toEqual({
    id: expect.stringMatching(/^\d+$/),
    name: "t0",
    language: "en_US",
    category: "UTILITY",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: "Text 0" }],
  });
});

test("the last page has no next, and next of the others leads on", async () => {
  const { call } = await openAccount({ templates: stock(3) });
  const { body: first } = await call("GET", `${templatesPath}?limit=2&status=APPROVED`);
  expect(first.paging.previous).toBeUndefined();
  const { pathname, search } = new URL(first.paging.next);
  const { body: last } = await call("GET", `${pathname.replace("/v25.0/", "")}${search}`);
  expect(last.data.map(({ name }: { name: string }) => name)).toEqual(["t2"]);
  expect(last.paging.next).toBeUndefined();
  expect(last.paging.previous).toMatch(/before=/);
});

test("before a cursor stands the page that led to it, and it has a previous one while there is one", async () => {
  const { call } = await openAccount({ templates: stock(6) });
  const page = async (place = "") => (await call("GET", `${templatesPath}?limit=2${place}`)).body;
  const first = await page();
  const second = await page(`&after=${first.paging.cursors.after}`);
  const third = await page(`&after=${second.paging.cursors.after}`);
  const back = await page(`&before=${third.paging.cursors.before}`);
  expect([back.data, back.paging.cursors]).toEqual([second.data, second.paging.cursors]);
  expect([back.paging.previous, back.paging.next]).toEqual([expect.any(String), expect.any(String)]);
  expect((await page(`&before=${back.paging.cursors.before}`)).data).toEqual(first.data);
});

test("an empty list has neither cursors nor next", async () => {
  const { call } = await openAccount();
  expect((await call("GET", templatesPath)).body).toEqual({ data: [] });
});

test.each([
  ["name=t1", ["t1"]],
  ["status=PENDING", ["order_shipped"]],
  ["status=pending", ["order_shipped"]],
  ["language=en_US", ["t0", "t1", "order_shipped"]],
  ["language=en", []],
  ["category=MARKETING", []],
  ["category=UTILITY&status=APPROVED", ["t0", "t1"]],
  ["quality_score=GREEN", ["t0", "t1"]],
])("the list with %s shows what fits", async (filter, names) => {
  const { call, create } = await openAccount({ templates: stock(2) });
  await create(draft());
  const { body } = await call("GET", `${templatesPath}?fields=name&${filter}`);
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(names);
});

test("fields choose what is shown, the id always among it", async () => {
  const { call, simulator } = await openAccount({ templates: stock(1) });
  const id = simulator.templates()[0]?.id;
  const { body } = await call("GET", `${id}?fields=status,quality_score,rejected_reason`);
  expect(body).toEqual({
    id,
    status: "APPROVED",
    quality_score: { score: "GREEN", date: 1_795_420_800 },
    rejected_reason: "NONE",
  });
});

test("a field that templates do not have is refused", async () => {
  const { call } = await openAccount({ templates: stock(1) });
  const { status, body } = await call("GET", `${templatesPath}?fields=name,toString`);
  expect([status, body.error.code]).toEqual([400, 100]);
  expect(body.error.message).toMatch(/nonexisting field \(toString\)/);
});

test.each(["0", "-1", "ten"])("a limit of %s is refused", async (limit) => {
  const { call } = await openAccount();
  const { body } = await call("GET", `${templatesPath}?limit=${limit}`);
  expect(body.error.code).toBe(100);
});

test("expireTemplateCursors() makes a cursor stale: 131059, and a new start works", async () => {
  const { call, simulator } = await openAccount({ templates: stock(3) });
  const { body: first } = await call("GET", `${templatesPath}?limit=1`);
  simulator.expireTemplateCursors();
  const { status, body } = await call("GET", `${templatesPath}?after=${first.paging.cursors.after}`);
  expect([status, body.error.code]).toEqual([400, 131059]);
  expect((await call("GET", templatesPath)).body.data).toHaveLength(3);
});

test("a cursor at a template that was deleted meanwhile is stale", async () => {
  const { call } = await openAccount({ templates: stock(3) });
  const { body: first } = await call("GET", `${templatesPath}?limit=1`);
  await call("DELETE", `${templatesPath}?name=t0`);
  const { body } = await call("GET", `${templatesPath}?after=${first.paging.cursors.after}`);
  expect(body.error.code).toBe(131059);
});

test("text that is no cursor is stale too", async () => {
  const { call } = await openAccount({ templates: stock(1) });
  expect((await call("GET", `${templatesPath}?after=nonsense`)).body.error.code).toBe(131059);
});
