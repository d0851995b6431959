import { createCallboard, defineTemplate } from "@callboard/core";
import type { JsonObject } from "@callboard/core/adapter";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { expect, test } from "vitest";
import { z } from "zod";

/** What each of two people gets of a template that says this for the channel alone. */
async function contentsOf(chat: JsonObject) {
  const callboard = createCallboard({
    ...{ storage: memoryStorage(), scheduler: manualScheduler(), transports: [fakeTransport("chat")] },
    templates: {
      order: defineTemplate({
        context: z.object({ number: z.string() }),
        ...{ sample: { number: "SO-1" }, body: "It awaits you.", chat },
      }),
    },
  });
  await callboard.templates.load();
  await callboard.contacts.save([
    { userId: "ada", name: "Ada", addresses: { chat: "ada" } },
    { userId: "ben", name: "Ben", addresses: { chat: "ben" } },
  ]);
  const { queued } = await callboard.queueNotificationsToUsers({
    ...{ template: "order", context: { number: "SO-7" }, userIds: ["ada", "ben"] },
  });
  const details = await Promise.all(queued.map(({ id }) => callboard.notifications.get(id)));
  return details.map((detail) => detail?.notification.content);
}

test("settings of a channel are rendered wherever they hold Eta, and the values are kept by their paths", async () => {
  const [content] = await contentsOf({
    header: { text: "Order <%= it.number %> / <%= it.number %>" },
    links: ["https://shop.example/<%= it.number %>.pdf", 7, null],
  });
  expect(content?.channel).toEqual({
    header: { text: "Order SO-7 / SO-7" },
    links: ["https://shop.example/SO-7.pdf", 7, null],
  });
  expect(content?.settingValues).toEqual({ "header.text": ["SO-7"], "links.0": ["SO-7"] });
});

test("settings without Eta are kept as they are, and have no values", async () => {
  const [content] = await contentsOf({ footer: "Staff notice" });
  expect(content?.channel).toEqual({ footer: "Staff notice" });
  expect(content).not.toHaveProperty("settingValues");
});

test("a setting that reads it.recipient is rendered for each person", async () => {
  const contents = await contentsOf({ title: "For <%= it.recipient.name %>" });
  expect(contents.map((content) => content?.channel)).toEqual([{ title: "For Ada" }, { title: "For Ben" }]);
});

test("a setting with an if or a for is refused with its path", async () => {
  await expect(contentsOf({ header: { text: "<% if (it.number) { %>x<% } %>" } })).rejects.toThrow(
    'the setting "header.text" may hold <%= … %>, but no if and no for',
  );
});

test("a setting may do no more than a body", async () => {
  await expect(contentsOf({ title: "<%= process.exit() %>" })).rejects.toThrow(/line 1, column/);
});

test("a value that is missing in a setting is missing", async () => {
  await expect(contentsOf({ title: "<%= it.nowhere %>" })).rejects.toThrow("it.nowhere");
});
