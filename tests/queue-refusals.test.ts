import vm from "node:vm";
import { IdempotencyConflictError, InvalidContextError } from "@callboard/core";
import { testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { failure, openStage, shortMessages, stageOn } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

type Stage = Awaited<ReturnType<typeof openStage>>;
type Request = Parameters<Stage["callboard"]["queueNotificationsToUsers"]>[0];

const right = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] };

/** Calls as a host without types would. */
function queue({ callboard }: Pick<Stage, "callboard">, request: object): Promise<unknown> {
  return callboard.queueNotificationsToUsers(request as Request);
}

async function expectRefused(stage: Stage, request: object): Promise<Error> {
  const error = await failure(queue(stage, request));
  expect(await stage.rows()).toEqual([]);
  expect(stage.bells.wakes).toEqual([]);
  return error as Error;
}

const cycle: Record<string, unknown> = { name: "loop" };
cycle.self = { back: cycle };
class Money {
  readonly amount = 3;
}
const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });
const accessor = { inner: Object.defineProperty({}, "price", { enumerable: true, get: () => 3 }) };

const notJson: [what: string, context: unknown, path: string, cure: RegExp][] = [
  ["a Date", { when: new Date(0) }, "context.when", /is a Date\. Send it as text/],
  ["a Date in a list", { a: [1, { b: new Date(0) }] }, "context.a[1].b", /is a Date\. Send it as text/],
  ["an invalid Date", { when: new Date(Number.NaN) }, "context.when", /is a Date\. Send it as text/],
  ["a BigInt", { total: 10n }, "context.total", /is a BigInt\. Send it as text: String\(value\)/],
  ["NaN", { total: Number.NaN }, "context.total", /is NaN, which JSON cannot hold\. Send a finite number/],
  ["Infinity", { total: Number.POSITIVE_INFINITY }, "context.total", /is Infinity.*Send a finite number/],
  ["a class instance", { total: new Money() }, "context.total", /is a Money\. Send a plain object/],
  ["a Map", { byId: new Map() }, "context.byId", /is a Map\. Send a plain object/],
  ["a Set", { ids: new Set() }, "context.ids", /is a Set\. Send a plain object/],
  ["bytes", { file: new Uint8Array(2) }, "context.file", /is a Uint8Array\. Send a plain object/],
  ["a boxed string", { name: new String("Ada") }, "context.name", /is a String\. Send a plain object/],
  ["a promise", { name: Promise.resolve("Ada") }, "context.name", /is a Promise\. Send a plain object/],
  ["a function", { format: () => "x" }, "context.format", /is a function\. Send a string/],
  ["toJSON", { day: { toJSON: () => "x" } }, "context.day.toJSON", /is a function\. Send a string/],
  ["a symbol", { id: Symbol("x") }, "context.id", /is a symbol\. Send a string/],
  ["undefined in a list", { list: ["a", undefined] }, "context.list[1]", /is undefined\. Send a string/],
  // biome-ignore lint/suspicious/noSparseArray: that is the case.
  ["a hole in a list", { list: ["a", , "c"] }, "context.list[1]", /is undefined\. Send a string/],
  ["a getter", accessor, "context.inner.price", /is a getter\. Send its value/],
  ["a cycle", cycle, "context.self.back", /refers back to an object that holds it\. Send only the fields/],
  ["33 levels", nested(32), `context${".a".repeat(32)}`, /deeper than 32 levels\. Send only the fields/],
  ["`__proto__`", JSON.parse('{"a":{"__proto__":{"x":1}}}'), "context.a.__proto__", /Choose another key/],
  ["`recipient`", { recipient: { name: "Eve" } }, "context.recipient", /is reserved.*Choose another key/],
  ["no object but text", "order", "context", /must be an object/],
  ["no object but a list", [1], "context", /must be an object/],
  ["null", null, "context", /must be an object/],
  ["nothing", undefined, "context", /is undefined\. Send a string/],
];

describe.each(storages)("on $name", (kind: StorageKind) => {
  test.each(notJson)(
    "a context that holds %s is refused with its path, and nothing is written",
    async (_what, context, path, cure) => {
      const stage = await openStage(kind);
      const error = await expectRefused(stage, { ...right, template: "anything", context });
      expect(error).toBeInstanceOf(InvalidContextError);
      expect(error).toMatchObject({ subject: 'template "anything"', problems: [{ path }] });
      expect(error.message).toMatch(cure);
      expect(error.message).toContain(`${path}: `);
    },
  );

  test("a context with several faults is refused with all of them", async () => {
    const stage = await openStage(kind);
    const context = { when: new Date(0), lines: [{ total: 1n }, { total: Number.NaN }] };
    expect(await expectRefused(stage, { ...right, template: "anything", context })).toMatchObject({
      problems: [
        { path: "context.when" },
        { path: "context.lines[0].total" },
        { path: "context.lines[1].total" },
      ],
    });
  });

  test("a context of 32 levels, of null prototypes, of shared objects or from another realm is accepted", async () => {
    const stage = await openStage(kind);
    const shared = { x: 1 };
    const contexts = [
      nested(31),
      Object.assign(Object.create(null), { a: 1 }),
      { a: shared, b: [shared, shared] },
      { a: undefined },
      vm.runInNewContext("({ a: { b: [1] } })"),
    ];
    for (const context of contexts) await queue(stage, { ...right, template: "anything", context });
    expect(await stage.rows()).toHaveLength(contexts.length);
  });

  test("a key `__proto__` in metadata is refused, and changes no other object", async () => {
    const stage = await openStage(kind);
    const metadata = JSON.parse('{"__proto__":{"polluted":true}}');
    expect(await expectRefused(stage, { ...right, metadata })).toMatchObject({
      name: "InvalidContextError",
      problems: [{ path: "metadata.__proto__" }],
    });
    expect({}).not.toHaveProperty("polluted");
  });

  test("metadata and relatedContact that are not plain JSON are refused with their paths", async () => {
    const stage = await openStage(kind);
    expect(await expectRefused(stage, { ...right, metadata: { at: new Date(0) } })).toMatchObject({
      name: "InvalidContextError",
      problems: [{ path: "metadata.at" }],
    });
    expect(
      await expectRefused(stage, { ...right, relatedContact: { id: "c-7", name: () => "x" } }),
    ).toMatchObject({ name: "InvalidContextError", problems: [{ path: "relatedContact.name" }] });
  });

  test("a misspelt key of a strict context is refused with its name", async () => {
    const stage = await openStage(kind);
    const error = await expectRefused(stage, {
      ...right,
      template: "strict",
      context: { order: "A-17", ordr: "A-17" },
    });
    expect(error).toMatchObject({
      name: "InvalidContextError",
      problems: [{ path: "context" }, { path: "context.ordr" }],
    });
  });

  test("a misspelt key of a lenient context is refused by the key that is missing, and the one that is there", async () => {
    const stage = await openStage(kind);
    const error = await expectRefused(stage, { ...right, context: { ordr: "A-17" } });
    expect(error).toMatchObject({
      name: "InvalidContextError",
      problems: [{ path: "context.order" }, { path: "context.ordr" }],
    });
    expect(error.message).toContain("context.ordr: is no key of the template's sample, which has order");
  });

  test("a value of the wrong type is refused with its path", async () => {
    const stage = await openStage(kind);
    const error = await expectRefused(stage, { ...right, context: { order: 17 } });
    expect(error).toMatchObject({ name: "InvalidContextError", problems: [{ path: "context.order" }] });
    expect(error.message).toContain("expected string");
  });

  test("an unknown template is refused with the known ones", async () => {
    const stage = await openStage(kind);
    for (const template of ["order_shiped", "constructor", "__proto__"]) {
      const error = await expectRefused(stage, { ...right, template });
      expect(error).toMatchObject({ name: "UnknownTemplateError", template });
      expect(error.message).toContain('"order_shipped"');
    }
  });

  test("an unknown channel is refused with the known ones", async () => {
    const stage = await openStage(kind);
    const error = await expectRefused(stage, { ...right, channel: "fax" });
    expect(error).toMatchObject({ name: "UnknownChannelError", channel: "fax", known: ["chat", "mail"] });
  });

  test("unknown groups are refused, all of them by name, and nobody of the known ones is told", async () => {
    const stage = await openStage(kind);
    await stage.callboard.groups.ensure(["Sales"]);
    await stage.callboard.groups.addMembers("Sales", ["ada"]);
    const error = await expectRefused(stage, { ...right, groupNames: ["Sales", "Slaes", "Other"] });
    expect(error).toMatchObject({ name: "UnknownGroupError", groups: ["Slaes", "Other"] });
    expect(error.message).toContain("callboard.groups.ensure");
  });

  test("a template whose words were never stored is refused, and says how to store them", async () => {
    const clock = testClock();
    const stage = { ...stageOn(await kind.open(clock), { clock }), clock, storage: await kind.open(clock) };
    const error = await expectRefused(stage, right);
    expect(error).toMatchObject({ name: "TemplateNotLoadedError", template: "order_shipped" });
    expect(error.message).toContain("callboard.templates.load()");
  });

  test("a text that is empty for everybody is refused", async () => {
    const stage = await openStage(kind);
    for (const text of ["", " \n\t "]) {
      expect(await expectRefused(stage, { ...right, template: "note", context: { text } })).toMatchObject({
        name: "UnsendableMessageError",
        problems: ["The rendered text is empty. Check the template and its values."],
      });
    }
  });

  test("a text that breaks the channel's rule for everybody is refused with the channel's own words", async () => {
    const stage = await openStage(kind, { channel: shortMessages() });
    const context = { text: "x".repeat(41) };
    expect(await expectRefused(stage, { ...right, template: "note", context })).toMatchObject({
      name: "UnsendableMessageError",
      template: "note",
      channel: "chat",
      problems: ["The text has 41 characters; shorten it to 40."],
    });
    await queue(stage, { ...right, template: "note", context: { text: "x".repeat(40) } });
    expect(await stage.rows()).toHaveLength(1);
  });

  const wrongOptions: [path: string, options: object, cure: RegExp][] = [
    ["userId", { userId: "ada" }, /is no option\. Known: template, context, userIds/],
    ["idempotencykey", { idempotencykey: "evt_1" }, /is no option\. Known: /],
    ["userIds, groupNames", { userIds: undefined }, /names nobody\. Give userIds, groupNames, or both/],
    ["userIds", { userIds: "ada" }, /must be an array of strings/],
    ["userIds[1]", { userIds: ["ada", 7] }, /must be a string of 1 to 255 characters/],
    ["userIds[0]", { userIds: [""] }, /must be a string of 1 to 255 characters/],
    ["userIds[0]", { userIds: ["x".repeat(256)] }, /must be a string of 1 to 255 characters/],
    ["groupNames", { groupNames: "Sales" }, /must be an array of strings/],
    ["groupNames[0]", { groupNames: [null] }, /must be a string of 1 to 255 characters/],
    ["idempotencyKey", { idempotencyKey: "" }, /the id of the event is a good one/],
    ["idempotencyKey", { idempotencyKey: "x".repeat(256) }, /must be a string of 1 to 255/],
    ["idempotencyKey", { idempotencyKey: 17 }, /must be a string of 1 to 255/],
    ["at", { at: "2026-01-01" }, /must be a valid Date/],
    ["at", { at: new Date(Number.NaN) }, /must be a valid Date/],
    ["expiresAt", { expiresAt: 0 }, /must be a valid Date/],
    ["priority", { priority: "urgent" }, /must be one of high, normal, low/],
    ["onUncertain", { onUncertain: "retry" }, /must be one of resend, hold, fail/],
    ["relatedContact.id", { relatedContact: { id: 7 } }, /must be a string\. Write \{ id: String/],
    ["relatedContact.id", { relatedContact: null }, /must be a string\. Write \{ id: String/],
  ];
  test.each(wrongOptions)("a wrong %s is refused by name", async (path, options, cure) => {
    const stage = await openStage(kind);
    const error = await expectRefused(stage, { ...right, ...options });
    expect(error).toMatchObject({
      name: "InvalidOptionsError",
      path: `queueNotificationsToUsers({ ${path} })`,
    });
    expect(error.message).toMatch(cure);
  });

  test("an expiry that is past, now, or before `at` is refused", async () => {
    const stage = await openStage(kind);
    const now = stage.clock.now();
    const at = new Date(now.getTime() + 5_000);
    for (const times of [
      { expiresAt: new Date(now.getTime() - 1) },
      { expiresAt: now },
      { at, expiresAt: at },
      { at, expiresAt: new Date(at.getTime() - 1) },
    ]) {
      expect(await expectRefused(stage, { ...right, ...times })).toMatchObject({
        name: "InvalidOptionsError",
        path: "queueNotificationsToUsers({ expiresAt })",
      });
    }
    await queue(stage, { ...right, at, expiresAt: new Date(at.getTime() + 1) });
    expect(await stage.rows()).toHaveLength(1);
  });

  test("a value that is missing for everybody is refused by the expression that prints it", async () => {
    const stage = await openStage(kind);
    await stage.storage.templates.publish([
      {
        name: "order_shipped",
        body: "By <%= it.carrier %>",
        buttons: [],
        channels: {},
        contentHash: "edited",
      },
    ]);
    expect(await expectRefused(stage, right)).toMatchObject({
      name: "MissingValueError",
      expression: "it.carrier",
    });
  });

  test("an error names itself and is a CallboardError, so that hosts can tell it from a fault", async () => {
    const stage = await openStage(kind);
    const error = new IdempotencyConflictError("a", "b", []);
    expect(Object.getPrototypeOf(Object.getPrototypeOf(error)).constructor.name).toBe("CallboardError");
    expect(String(await expectRefused(stage, { ...right, template: "x" }))).toMatch(
      /^UnknownTemplateError: /,
    );
  });
});
