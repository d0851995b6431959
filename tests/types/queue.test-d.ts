import {
  createCallboard,
  defineTemplate,
  type QueueOptions,
  type QueueProgress,
  type QueueResult,
  type SkippedRecipient,
  type SkipReason,
} from "@callboard/core";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const callboard = createCallboard({
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat"), fakeTransport("mail")],
  templates: {
    order_shipped: defineTemplate({
      context: z.object({ order: z.string(), total: z.number(), greeting: z.string().default("Hello") }),
      sample: { order: "A-1", total: 3 },
      body: "",
    }),
    plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }),
  },
});

const right = { template: "order_shipped", context: { order: "A-17", total: 3 }, userIds: ["ada"] } as const;
type Queue = typeof callboard.queueNotificationsToUsers;

// Template names
await callboard.queueNotificationsToUsers(right);
await callboard.queueNotificationsToUsers({ template: "plain", context: {}, groupNames: ["Sales"] });
holds<Equal<NonNullable<Parameters<Queue>[0]>["template"], "order_shipped" | "plain">>();
await callboard.queueNotificationsToUsers({
  // @ts-expect-error no such template
  template: "order_shiped",
  context: { order: "A-17", total: 3 },
  userIds: ["ada"],
});

// Context
await callboard.queueNotificationsToUsers({
  ...right,
  context: { order: "A-17", total: 3, greeting: "Good morning" },
});
await callboard.queueNotificationsToUsers({
  template: "order_shipped",
  // @ts-expect-error `total` is missing
  context: { order: "A-17" },
  userIds: ["ada"],
});
await callboard.queueNotificationsToUsers({
  template: "order_shipped",
  context: {
    order: "A-17",
    total: 3,
    // @ts-expect-error `greting` is misspelt
    greting: "Good morning",
  },
  userIds: ["ada"],
});
await callboard.queueNotificationsToUsers({
  template: "order_shipped",
  context: {
    // @ts-expect-error `order` is a string
    order: 17,
    total: 3,
  },
  userIds: ["ada"],
});
await callboard.queueNotificationsToUsers({
  template: "plain",
  context: {
    // @ts-expect-error another template's key
    order: "A-17",
  },
  userIds: ["ada"],
});

// Channel
await callboard.queueNotificationsToUsers({ ...right, channel: "mail" });
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error no transport of this name
  channel: "fax",
});
holds<Equal<NonNullable<Parameters<Queue>[0]["channel"]>, "chat" | "mail">>();

// Options
await callboard.queueNotificationsToUsers({
  ...right,
  at: new Date(0),
  priority: "high",
  onUncertain: "hold",
  relatedContact: { id: "c-7" },
  metadata: { a: [1, null, { b: true }] },
});
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error a time is a Date
  at: "2026-01-01",
});
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error no such priority
  priority: "urgent",
});
await callboard.queueNotificationsToUsers({
  ...right,
  metadata: {
    // @ts-expect-error a Date is no JSON
    day: new Date(0),
  },
});
await callboard.queueNotificationsToUsers({
  ...right,
  relatedContact: {
    // @ts-expect-error an id is a string
    id: 7,
  },
});
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error no such option
  userId: "ada",
});

// Result
const result = await callboard.queueNotificationsToUsers(right);
holds<Equal<typeof result, QueueResult>>();
holds<Equal<SkippedRecipient["reason"], SkipReason>>();
holds<Equal<(typeof result.queued)[number]["id"], string>>();
for (const { reason } of result.skipped) {
  if (reason === "no-contact") continue;
  // @ts-expect-error no such reason
  if (reason === "blocked") continue;
}
// @ts-expect-error results are not for changing
result.queued.push({ id: "n", userId: "ada", channel: "chat" });

// How a call is written
const keyed = { ...right, idempotencyKey: "evt_1" };
await callboard.queueNotificationsToUsers(keyed, {
  commit: "each-page",
  onProgress(progress) {
    holds<Equal<typeof progress, QueueProgress>>();
    holds<Equal<typeof progress.queued, number>>();
    // @ts-expect-error progress is not for changing
    progress.skipped = 0;
  },
});
await callboard.queueNotificationsToUsers(keyed, { commit: "once", onProgress: async () => {} });
await callboard.queueNotificationsToUsers(keyed, { onProgress: ({ batchId }) => batchId.length });
await callboard.transaction((transaction) => {
  holds<Equal<NonNullable<Parameters<Queue>[1]>, QueueOptions<typeof transaction>>>();
  return callboard.queueNotificationsToUsers(keyed, { transaction, onProgress: () => {} });
});
await callboard.queueNotificationsToUsers(keyed, {
  // @ts-expect-error no such way to commit
  commit: "never",
});
await callboard.queueNotificationsToUsers(keyed, {
  // @ts-expect-error no such option
  onprogress: () => {},
});
await callboard.queueNotificationsToUsers(keyed, {
  // @ts-expect-error a function is called with the progress
  onProgress: true,
});
await callboard.queueNotificationsToUsers(keyed, {
  // @ts-expect-error no key of the progress
  onProgress: ({ total }) => total,
});
await callboard.queueNotificationsToUsers(keyed, {
  // @ts-expect-error another store's transaction
  transaction: "trx",
});

// Contacts
await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada", mail: "ada@host.example" } }]);
await callboard.contacts.save([
  {
    userId: "ada",
    addresses: {
      // @ts-expect-error no transport of this name
      fax: "1",
    },
  },
]);

// Webhooks
await callboard.webhook("chat", new Request("https://host.example"));
// @ts-expect-error no transport of this name
await callboard.webhook("fax", new Request("https://host.example"));
