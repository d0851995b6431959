import type { Recipients } from "@callboard/core/adapter";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failure, openStage, stageOn } from "./queue-stage.js";
import { storages } from "./storages.js";

type Stage = Awaited<ReturnType<typeof openStage>>;
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const right = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] };

/** With `u`, a surrogate matches only where it stands alone. */
const unstorable = /[\0\p{Surrogate}]/u;

const bad: [what: string, text: string, cure: RegExp][] = [
  ["U+0000", "a\u0000b", /holds the character U\+0000.*Remove it: text\.replaceAll/],
  ["a high surrogate alone", "a\ud83d", /holds half of a character.*text\.toWellFormed\(\)/],
  ["a low surrogate alone", "\ude00b", /holds half of a character.*text\.toWellFormed\(\)/],
];
/** Everything else is a matter of the host's. */
const good = ["\u0001\u001f\u007f", "\ufffd\ufffe\uffff", "😀 夜 é", "\r\n\t", "x".repeat(255)];

const text = fc.string({
  unit: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("a", " ", "é", "夜", "😀", "\ufffd", "\u0001", "\\u0000") },
    { weight: 1, arbitrary: fc.constantFrom("\u0000", "\ud800", "\udbff", "\udc00", "\udfff") },
  ),
  maxLength: 6,
});
const { object } = fc.letrec<{ value: Json; object: { [key: string]: Json } }>((tie) => ({
  value: fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.constantFrom(0, 17, true, null) },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    { weight: 2, arbitrary: tie("object") },
  ),
  object: fc.dictionary(text, tie("value"), { maxKeys: 3, noNullPrototype: true }),
}));

/** Where the bad texts are, in the order in which they are met. */
function pathsOf(value: Json, path: string): string[] {
  if (typeof value === "string") return unstorable.test(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOf(item, `${path}[${index}]`));
  return Object.entries(value).flatMap(([key, field]) =>
    unstorable.test(key) ? [`${path}[${JSON.stringify(key)}]`] : pathsOf(field, `${path}.${key}`),
  );
}

/** Calls as a host without types would. */
function queue(
  { callboard }: Stage,
  request: object,
): ReturnType<Stage["callboard"]["queueNotificationsToUsers"]> {
  return callboard.queueNotificationsToUsers(
    request as Parameters<typeof callboard.queueNotificationsToUsers>[0],
  );
}

describe.each(storages)("on $name", { timeout: 30_000 }, (kind) => {
  test("a context or metadata with U+0000 or half a character anywhere is refused by its paths, and any other is kept as it is", async () => {
    const stage = await openStage(kind);
    await fc.assert(
      fc.asyncProperty(object, fc.constantFrom("context", "metadata"), async (data, option) => {
        const before = (await stage.rows()).length;
        const paths = pathsOf(data, option);
        const request = { ...right, template: "anything", context: {}, [option]: data };
        if (paths.length === 0) {
          const { queued } = await queue(stage, { ...request, metadata: data });
          const [row] = await stage.storage.notifications.getMany([queued[0]!.id]);
          expect(row!.metadata).toEqual(data);
          return;
        }
        const error = await failure(queue(stage, request));
        expect(error).toMatchObject({ name: "InvalidContextError" });
        expect((error as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual(paths);
        // The message itself can be kept in any log.
        expect((error as Error).message).not.toMatch(unstorable);
        expect(await stage.rows()).toHaveLength(before);
      }),
    );
  });

  test("a text that is not refused is printed as it is", async () => {
    const stage = await openStage(kind);
    const printable = text.filter((one) => !unstorable.test(one) && one.trim() !== "");
    await fc.assert(
      fc.asyncProperty(printable, async (one) => {
        const { queued } = await queue(stage, { ...right, template: "note", context: { text: one } });
        const [row] = await stage.storage.notifications.getMany([queued[0]!.id]);
        expect(row!.content).toMatchObject({ text: one, variables: [one] });
      }),
    );
  });

  describe.each(bad)("%s", (_what, text, cure) => {
    const places: [path: string, request: object][] = [
      ["userIds[1]", { userIds: ["ada", text] }],
      ["groupNames[0]", { groupNames: [text] }],
      ["idempotencyKey", { idempotencyKey: text }],
      ["relatedContact.id", { relatedContact: { id: text } }],
      ["relatedContact.name", { relatedContact: { id: "c-7", name: text } }],
    ];
    test.each(places)("in %s is refused by name, and nothing is written", async (path, request) => {
      const stage = await openStage(kind);
      const error = await failure(queue(stage, { ...right, ...request }));
      expect(error).toMatchObject({
        name: "InvalidOptionsError",
        path: `queueNotificationsToUsers({ ${path} })`,
      });
      expect((error as Error).message).toMatch(cure);
      expect(await stage.rows()).toEqual([]);
    });

    test("in a context is refused with the cure, for the value and for the key", async () => {
      const stage = await openStage(kind);
      const context = { list: [{ price: text }], [text]: 1 };
      const error = await failure(queue(stage, { ...right, template: "anything", context }));
      expect(error).toMatchObject({
        problems: [
          { path: "context.list[0].price", problem: expect.stringMatching(cure) },
          { path: `context[${JSON.stringify(text)}]`, problem: expect.stringMatching(cure) },
        ],
      });
    });

    test("in the name of a group, or in the id of a member, is refused, and the group is as before", async () => {
      const { groups } = (await openStage(kind)).callboard;
      const refusal = (path: string) => ({
        name: "InvalidOptionsError",
        path,
        message: expect.stringMatching(cure),
      });
      expect(await failure(groups.ensure(["Sales", text]))).toMatchObject(refusal("groups.ensure([…])"));
      expect(await groups.list()).toEqual([]);
      await groups.ensure(["Sales"]);
      await groups.addMembers("Sales", ["ada"]);
      const ids = ["ben", text];
      expect(await failure(groups.addMembers("Sales", ids))).toMatchObject(
        refusal("groups.addMembers(…, […])[1]"),
      );
      expect(await failure(groups.removeMembers("Sales", ["ada", text]))).toMatchObject(
        refusal("groups.removeMembers(…, […])[1]"),
      );
      expect(await groups.list()).toEqual([{ name: "Sales", memberCount: 1 }]);
    });

    test("in the name of a group that is looked for means that there is none, and the store is not asked", async () => {
      const { storage, clock } = await openStage(kind);
      const known = () => Promise.reject(new Error("invalid byte sequence for encoding UTF8"));
      const strict = { ...storage, groups: { ...storage.groups, known } };
      const { groups } = stageOn(strict, { clock }).callboard;
      const unknown = { name: "UnknownGroupError", groups: [text] };
      expect(await failure(groups.addMembers(text, ["ada"]))).toMatchObject(unknown);
      expect(await failure(groups.removeMembers(text, ["ada"]))).toMatchObject(unknown);
    });

    test.each([
      ["userId", { userId: text }],
      ["name", { name: text }],
      ["locale", { locale: text }],
      ["addresses.chat", { addresses: { chat: text } }],
    ])("in a contact's %s is refused by name, and nobody is saved", async (field, contact) => {
      const { contacts } = (await openStage(kind)).callboard;
      const people = [{ userId: "chi" }, { userId: "dov", ...contact }];
      expect(await failure(contacts.save(people))).toMatchObject({
        name: "InvalidOptionsError",
        path: `contacts.save([…])[1].${field}`,
        message: expect.stringMatching(cure),
      });
      expect(await contacts.get(["chi", "dov"])).toEqual([]);
    });

    test("in an address from the host's recipients skips that person with the cause, and tells the others", async () => {
      const recipients = peopleWith({ ben: { address: text } });
      const stage = await openStage(kind, { recipients });
      const { skipped } = await queue(stage, { ...right, userIds: ["ada", "ben", "chi"] });
      expect(skipped).toMatchObject([
        {
          userId: "ben",
          reason: "no-contact",
          hint: expect.stringMatching(/^The contact's chat address holds/),
        },
      ]);
      expect((await stage.rows()).map(({ userId }) => userId).sort()).toEqual(["ada", "chi"]);
    });

    test("in a name from the host's recipients skips that person where it is printed, and nobody where it is not", async () => {
      const stage = await openStage(kind, { recipients: peopleWith({ ben: { name: text } }) });
      const userIds = ["ada", "ben"];
      const printed = await queue(stage, { ...right, template: "greeting", context: {}, userIds });
      expect(printed.queued).toMatchObject([{ userId: "ada" }]);
      expect(printed.skipped).toMatchObject([
        { userId: "ben", reason: "unsendable", hint: expect.stringMatching(cure) },
      ]);
      expect((await queue(stage, { ...right, userIds })).queued).toHaveLength(2);
    });

    test("in the name of a recurring job is refused", async () => {
      const { callboard, bells } = await openStage(kind);
      const job = { cron: "0 8 * * *", timeZone: "Africa/Harare", run: async () => {} };
      expect(await failure(callboard.every(text, job))).toMatchObject({
        path: "every(name)",
        message: expect.stringMatching(cure),
      });
      expect(bells.jobs.size).toBe(0);
    });
  });

  test.each([
    ["is whole because of another one beside it", "<%= it.order[0] %><%= it.order[1] %>"],
    ["is not numbered", "<% if (it.order) { %><%= it.order[0] %><% } %>"],
  ])(
    "a template that prints half of a character, in a text that %s, is refused although the context is whole",
    async (_what, body) => {
      const stage = await openStage(kind);
      const words = { name: "order_shipped", body, buttons: [], channels: {} };
      await stage.storage.templates.publish([{ ...words, contentHash: "edited" }]);
      expect(await failure(queue(stage, { ...right, context: { order: "😀" } }))).toMatchObject({
        name: "UnsendableMessageError",
        problems: [expect.stringMatching(/^The rendered text holds half of a character/)],
      });
      expect(await stage.rows()).toEqual([]);
    },
  );

  test.each(good)("%j is taken wherever a text may stand", async (text) => {
    const stage = await openStage(kind);
    const { contacts, groups } = stage.callboard;
    const name = `<${text}>`.slice(0, 255);
    await contacts.save([{ userId: name, name: text, addresses: { chat: name } }]);
    await groups.ensure([name]);
    await groups.addMembers(name, [name]);
    const request = {
      idempotencyKey: text,
      relatedContact: { id: text, name: text },
      metadata: { [text]: text },
    };
    await queue(stage, { ...right, ...request, userIds: [name], groupNames: [name] });
    expect(await stage.rows()).toMatchObject([{ ...request, userId: name, address: name }]);
  });

  test("the id of a related contact may have 255 characters, and no more", async () => {
    const stage = await openStage(kind);
    const about = (length: number) => ({ ...right, relatedContact: { id: "x".repeat(length) } });
    await queue(stage, about(255));
    const error = await failure(queue(stage, about(256)));
    expect(error).toMatchObject({ path: "queueNotificationsToUsers({ relatedContact.id })" });
    expect((error as Error).message).toContain("at most 255 characters");
    expect(await stage.rows()).toHaveLength(1);
  });

  test("a locale may have 64 characters and an address 255, and no more", async () => {
    const { contacts } = (await openStage(kind)).callboard;
    const long = { userId: "chi", locale: "x".repeat(64), addresses: { chat: "x".repeat(255) } };
    await contacts.save([long]);
    for (const [field, change] of [
      ["locale", { locale: "x".repeat(65) }],
      ["addresses.chat", { addresses: { chat: "x".repeat(256) } }],
    ] as const) {
      expect(await failure(contacts.save([{ ...long, ...change }]))).toMatchObject({
        name: "InvalidOptionsError",
        path: `contacts.save([…])[0].${field}`,
      });
    }
    expect(await contacts.get(["chi"])).toMatchObject([{ locale: long.locale }]);
  });

  test.each([
    ["name", { name: 7 }],
    ["locale", { locale: {} }],
  ])("a contact's %s that is no string is refused by name", async (field, contact) => {
    const { contacts } = (await openStage(kind)).callboard;
    const error = await failure(contacts.save([{ userId: "chi", ...(contact as object) }]));
    expect(error).toMatchObject({ path: `contacts.save([…])[0].${field}` });
  });

  test.each(["", "x".repeat(256), 263_772_123_456, undefined])(
    "the address %j from the host's recipients skips that person with the cause, and tells the others",
    async (address) => {
      const recipients = peopleWith({ ben: { address: address as string } });
      const stage = await openStage(kind, { recipients });
      const { skipped } = await queue(stage, { ...right, userIds: ["ada", "ben"] });
      expect(skipped).toEqual([
        {
          userId: "ben",
          reason: "no-contact",
          hint: "The contact's chat address must be a string of 1 to 255 characters. Write String(…) if it is a number.",
        },
      ]);
      expect(await stage.rows()).toMatchObject([{ userId: "ada" }]);
    },
  );
});

/** Everybody is known and can be reached, but for what is said here. */
function peopleWith(changes: Record<string, { address?: string; name?: string }>): Recipients {
  return {
    find: async ({ userIds, channel }) =>
      userIds.map((userId) => ({
        userId,
        name: userId,
        locale: null,
        active: true,
        address: `${userId}@${channel}`,
        optedOut: false,
        ...changes[userId],
      })),
  };
}
