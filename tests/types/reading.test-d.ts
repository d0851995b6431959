import {
  createCallboard,
  defineTemplate,
  type FailureClass,
  type ForgottenUser,
  type Notification,
  type NotificationStats,
  type NotificationStatus,
} from "@callboard/core";
import { type MemoryTransaction, memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const callboard = createCallboard({
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
});
const { notifications } = callboard;
const noon = new Date("2026-01-01T12:00:00Z");
declare const transaction: MemoryTransaction;

// Pages
await notifications.page();
const page = await notifications.page({
  status: "failed",
  userId: "ada",
  groupName: "Sales",
  template: "plain",
  channel: "chat",
  batchId: "b-1",
  relatedContactId: "c-7",
  from: noon,
  until: noon,
  limit: 10,
  after: "cursor",
});
holds<Equal<typeof page.notifications, readonly Notification[]>>();
holds<Equal<typeof page.next, string | null>>();
await notifications.page({
  // @ts-expect-error no such status
  status: "done",
});
await notifications.page({
  // @ts-expect-error a time is a Date
  from: "2026-01-01",
});
await notifications.page({
  // @ts-expect-error no such filter
  group: "Sales",
});
await notifications.page({
  // @ts-expect-error the last page has no next
  after: page.next,
});

// Stats
await notifications.stats({ from: noon });
const stats = await notifications.stats({ from: noon, until: noon });
holds<Equal<typeof stats, NotificationStats>>();
holds<Equal<typeof stats.byStatus, Readonly<Partial<Record<NotificationStatus, number>>>>>();
holds<Equal<(typeof stats.failures)[number]["failureClass"], FailureClass>>();
holds<Equal<(typeof stats.failures)[number]["providerCode"], string | null>>();
// @ts-expect-error a status may be missing
stats.byStatus.sent.toFixed();
// @ts-expect-error no such status
stats.byStatus.done;
// @ts-expect-error a period has a beginning
await notifications.stats();
// @ts-expect-error a period has a beginning
await notifications.stats({ until: noon });
await notifications.stats({
  from: noon,
  // @ts-expect-error no such option
  template: "plain",
});

// Purge
await notifications.purge({ olderThanMs: 86_400_000 });
const deleted = await notifications.purge({
  olderThanMs: 86_400_000,
  onProgress: (progress) => {
    holds<Equal<typeof progress.deleted, number>>();
  },
});
holds<Equal<typeof deleted, number>>();
await notifications.purge({ olderThanMs: 86_400_000 }, { transaction });
await callboard.every("purge", {
  cron: "30 3 * * *",
  timeZone: "Africa/Harare",
  run: async (tick) => {
    await notifications.purge({ olderThanMs: 86_400_000 }, { transaction: tick.transaction });
  },
});
// @ts-expect-error a period is required
await notifications.purge();
await notifications.purge({
  // @ts-expect-error a period is a number of milliseconds
  olderThanMs: "30 days",
});
await notifications.purge(
  { olderThanMs: 86_400_000 },
  {
    // @ts-expect-error another storage's transaction
    transaction: "BEGIN",
  },
);
await notifications.purge({
  olderThanMs: 86_400_000,
  // @ts-expect-error a transaction is handed over beside the request
  transaction,
});

// Forgetting
await callboard.forgetUser("ada");
const forgotten = await callboard.forgetUser("ada", { transaction });
holds<Equal<typeof forgotten, ForgottenUser>>();
holds<Equal<typeof forgotten.contact, boolean>>();
// @ts-expect-error somebody is to be forgotten
await callboard.forgetUser();
// @ts-expect-error a user id is a string
await callboard.forgetUser(7);
await callboard.forgetUser("ada", {
  // @ts-expect-error another storage's transaction
  transaction: "BEGIN",
});
await callboard.forgetUser("ada", {
  // @ts-expect-error no such option
  trx: transaction,
});
