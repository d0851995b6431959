import { createCallboard, defineTemplate } from "@callboard/core";
import { fakeTransport, manualScheduler, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, shortMessages } from "./queue-stage.js";
import { storages } from "./storages.js";
import { openTemplate, templateOn, type Words } from "./templates-stage.js";

describe.each(storages)("on $name", (kind) => {
  test("templates.load() reports created, then unchanged, then changed", async () => {
    const { callboard, storage } = await openTemplate(kind, { body: "One." });
    expect(await callboard.templates.load()).toEqual([{ name: "words", version: 1, change: "created" }]);
    expect(await callboard.templates.load()).toEqual([{ name: "words", version: 1, change: "unchanged" }]);
    const edited = templateOn(storage, { body: "Two." }).callboard;
    expect(await edited.templates.load()).toEqual([{ name: "words", version: 2, change: "changed" }]);
    expect(await edited.templates.load()).toEqual([{ name: "words", version: 2, change: "unchanged" }]);
  });

  test("templates.load() notices changed buttons, and does not notice a changed sample", async () => {
    const { callboard, storage } = await openTemplate(kind, { body: "One." });
    await callboard.templates.load();
    const resampled = templateOn(storage, { body: "One.", context: { a: 1 } }).callboard;
    expect(await resampled.templates.load()).toMatchObject([{ change: "unchanged" }]);
    const buttons = [{ type: "reply", id: "ok", label: "OK" }] as const;
    expect(await templateOn(storage, { body: "One.", buttons }).callboard.templates.load()).toMatchObject([
      { version: 2, change: "changed" },
    ]);
  });

  test("two processes that load the same words at once store one version", async () => {
    const { callboard, storage } = await openTemplate(kind, { body: "One." });
    const other = templateOn(storage, { body: "One." }).callboard;
    const reports = (await Promise.all([callboard.templates.load(), other.templates.load()])).flat();
    expect(reports.map(({ change }) => change).sort()).toEqual(["created", "unchanged"]);
    expect(reports.map(({ version }) => version)).toEqual([1, 1]);
  });

  test("a new version is used by the next call, while queued rows keep their words", async () => {
    const { callboard, storage, tell } = await openTemplate(kind, { body: "One." });
    await callboard.templates.load();
    expect((await tell()).text).toBe("One.");
    await templateOn(storage, { body: "Two." }).callboard.templates.load();
    // The first process is not restarted.
    expect((await tell()).text).toBe("Two.");
    const { notifications } = await callboard.notifications.page();
    expect(notifications.map((row) => [row.templateVersion, row.content.text]).sort()).toEqual([
      [1, "One."],
      [2, "Two."],
    ]);
  });

  test("start() loads the templates", async () => {
    const { callboard, tell } = await openTemplate(kind, { body: "One." });
    await callboard.start();
    expect((await tell()).text).toBe("One.");
    await callboard.stop();
  });

  test("a template whose settings are its channel's gets them with its content, and no other channel's", async () => {
    const storage = await kind.open(testClock());
    const callboard = createCallboard({
      storage,
      scheduler: manualScheduler(),
      transports: [fakeTransport("chat"), fakeTransport("mail")],
      templates: {
        words: defineTemplate({
          context: z.object({}),
          sample: {},
          body: "Hello.",
          mail: { subject: "Hi", urgent: true },
        }),
      },
      clock: testClock(),
    });
    await callboard.templates.load();
    await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada", mail: "ada" } }]);
    const request = { template: "words", context: {}, userIds: ["ada"] } as const;
    await callboard.queueNotificationsToUsers({ ...request, channel: "mail" });
    await callboard.queueNotificationsToUsers(request);
    const { notifications } = await callboard.notifications.page();
    expect(Object.fromEntries(notifications.map((row) => [row.channel, row.content.channel]))).toEqual({
      mail: { subject: "Hi", urgent: true },
      chat: null,
    });
  });

  test("a sample that does not fit the context is refused at load by its path, and nothing is stored", async () => {
    const storage = await kind.open(testClock());
    const callboard = createCallboard({
      storage,
      scheduler: manualScheduler(),
      transports: [fakeTransport("chat")],
      templates: {
        right: defineTemplate({ context: z.object({}), sample: {}, body: "Hello." }),
        wrong: defineTemplate({
          context: z.object({ order: z.object({ number: z.string().min(3) }) }),
          sample: { order: { number: "A" } },
          body: "Hello.",
        }),
      },
    });
    expect(await failure(callboard.templates.load())).toMatchObject({
      name: "InvalidContextError",
      subject: 'template "wrong"',
      problems: [{ path: "context.order.number" }],
    });
    expect(await storage.templates.published(["right", "wrong"])).toEqual([]);
  });

  test("a schema whose output is not plain JSON is refused at load by its path", async () => {
    const callboard = createCallboard({
      storage: await kind.open(testClock()),
      scheduler: manualScheduler(),
      transports: [fakeTransport("chat")],
      templates: {
        words: defineTemplate({
          context: z.object({ day: z.string().transform((day) => new Date(day)) }),
          sample: { day: "2026-01-01" },
          body: "Hello.",
        }),
      },
    });
    expect(await failure(callboard.templates.load())).toMatchObject({
      name: "InvalidContextError",
      problems: [{ path: "context.day", problem: expect.stringContaining("is a Date") }],
    });
  });

  test("a sample without a value that the words print is refused at load", async () => {
    const { callboard } = await openTemplate(kind, { body: "<%= it.a %>" });
    expect(await failure(callboard.templates.load())).toMatchObject({
      name: "MissingValueError",
      expression: "it.a",
    });
  });

  test("a sample that the channel could not send is refused at load with the channel's words", async () => {
    const { callboard, storage } = await openTemplate(kind, {
      body: "<%= it.a %>",
      context: { a: "x".repeat(41) },
      channel: shortMessages(),
    });
    expect(await failure(callboard.templates.load())).toMatchObject({
      name: "UnsendableMessageError",
      channel: "chat",
      problems: ["The text has 41 characters; shorten it to 40."],
    });
    expect(await storage.templates.published(["words"])).toEqual([]);
  });

  test.each(["", " \n", "<%= it.a %>"])(
    "words that are empty with their sample (%j) are refused at load",
    async (body) => {
      const { callboard } = await openTemplate(kind, { body, context: { a: " " } });
      expect(await failure(callboard.templates.load())).toMatchObject({
        name: "UnsendableMessageError",
        problems: ["The rendered text is empty. Check the template and its values."],
      });
    },
  );

  const unstorable: [place: string, Partial<Words>][] = [
    ["body", { body: "Dear Ada,\n\u0000" }],
    ["body", { body: "<%= it.a %> \ud83d" }],
    ["buttons[0].id", { buttons: [{ type: "reply", id: "\u0000", label: "OK" }] }],
    ["buttons[0].label", { buttons: [{ type: "reply", id: "ok", label: "\u0000" }] }],
    ["buttons[0].url", { buttons: [{ type: "url", label: "Open", url: "https://host.example/\u0000" }] }],
  ];
  test.each(unstorable)(
    "words that no database could keep in %s are refused at load by template and place, and nothing is stored",
    async (place, words) => {
      const { callboard, storage } = await openTemplate(kind, { body: "Hi.", context: { a: "x" }, ...words });
      expect(await failure(callboard.templates.load())).toMatchObject({
        name: "InvalidContextError",
        subject: 'template "words"',
        problems: [{ path: `template.${place}` }],
      });
      expect(await storage.templates.published(["words"])).toEqual([]);
    },
  );

  test("the schema's output is what the words print, so that defaults and transforms count", async () => {
    const callboard = createCallboard({
      storage: await kind.open(testClock()),
      scheduler: manualScheduler(),
      transports: [fakeTransport("chat")],
      templates: {
        words: defineTemplate({
          context: z.object({ name: z.string().trim(), greeting: z.string().default("Hello") }),
          sample: { name: "Ada" },
          body: "<%= it.greeting %> <%= it.name %>",
        }),
      },
    });
    await callboard.templates.load();
    await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada" } }]);
    await callboard.queueNotificationsToUsers({
      template: "words",
      context: { name: "  Ada " },
      userIds: ["ada"],
    });
    const { notifications } = await callboard.notifications.page();
    expect(notifications).toMatchObject([{ content: { text: "Hello Ada", variables: ["Hello", "Ada"] } }]);
  });
});
