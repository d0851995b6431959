import {
  type Contacts,
  createCallboard,
  defineTemplate,
  type Notification,
  type Notifications,
} from "@callboard/core";
import type {
  Clock,
  NotificationPage,
  Recipients,
  Scheduler,
  Storage,
  Transport,
} from "@callboard/core/adapter";
import { fakeTransport, manualScheduler, recordingLogger, testClock } from "@callboard/testing";
import { z } from "zod";
import type { StorageKind } from "./storages.js";

export const templates = {
  order_shipped: defineTemplate({
    context: z.object({ order: z.string(), carrier: z.string().optional() }),
    sample: { order: "A-1" },
    body: "Order <%= it.order %> has left.",
  }),
  greeting: defineTemplate({
    context: z.object({}),
    sample: {},
    body: "Hello <%= it.recipient.name %>, welcome.",
  }),
  note: defineTemplate({
    context: z.object({ text: z.string() }),
    sample: { text: "A note" },
    body: "<%= it.text %>",
  }),
  strict: defineTemplate({
    context: z.strictObject({ order: z.string() }),
    sample: { order: "A-1" },
    body: "Order <%= it.order %>",
  }),
  anything: defineTemplate({ context: z.looseObject({}), sample: {}, body: "Something happened." }),
};

const conditions = {
  still_open: ({ metadata }: Notification) => metadata?.open !== false,
};

interface StageOptions {
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly recipients?: Recipients;
  readonly channel?: Transport<"chat", object>;
}

/** A callboard with loaded templates, and with Ada and Ben as contacts; "chat" is its first channel. */
export async function openStage({ open }: StorageKind, options: StageOptions = {}) {
  const clock = testClock();
  const storage = await open(clock);
  const stage = stageOn(storage, { clock, ...options });
  await stage.callboard.templates.load();
  await stage.callboard.contacts.save([
    { userId: "ada", name: "Ada", locale: "en-ZW", addresses: { chat: "ada@chat" } },
    { userId: "ben", name: "Ben", addresses: { chat: "ben@chat" } },
  ]);
  return { ...stage, clock, storage };
}

/** A further process on the same storage; nothing is loaded or saved by it. */
export function stageOn<Tx>(
  storage: Storage<Tx>,
  {
    clock = testClock(),
    scheduler,
    recipients,
    channel = fakeTransport("chat", { clock }),
  }: StageOptions = {},
) {
  const bells = manualScheduler();
  const logger = recordingLogger();
  const callboard = createCallboard({
    storage,
    scheduler: scheduler ?? bells,
    transports: [channel, fakeTransport("mail", { clock })],
    templates,
    conditions,
    clock,
    logger,
    ...(recipients && { recipients }),
  });
  return { callboard, bells, logger, rows: () => everyRow(callboard.notifications) };
}

/** All notifications, newest first. */
async function everyRow(notifications: Pick<Notifications<never>, "page">): Promise<Notification[]> {
  const rows: Notification[] = [];
  let after: string | null = null;
  do {
    const page: NotificationPage = await notifications.page({ limit: 1_000, ...(after && { after }) });
    rows.push(...page.notifications);
    after = page.next;
  } while (after !== null);
  return rows;
}

/** Saves `count` contacts for "chat", and returns their ids in order. */
export async function savePeople(
  { contacts }: { readonly contacts: Contacts<unknown, "chat"> },
  count: number,
): Promise<string[]> {
  const userIds = Array.from({ length: count }, (_, index) => `u-${String(index).padStart(4, "0")}`);
  await contacts.save(userIds.map((userId) => ({ userId, addresses: { chat: `${userId}@chat` } })));
  return userIds;
}

/** The "chat" transport, with a rule of its own: at most 40 characters. */
export function shortMessages(): Transport<"chat", object> {
  return {
    ...fakeTransport("chat"),
    checkContent: ({ text }) =>
      text.length > 40 ? [`The text has ${text.length} characters; shorten it to 40.`] : [],
  };
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("It did not fail.");
    },
    (error: unknown) => error,
  );
}
