import {
  type CancelResult,
  type Condition,
  createCallboard,
  defineTemplate,
  type LocalTime,
  type Notification,
  type NotificationStatus,
  type QueuedEvent,
  type RefusedNotification,
  type ReplayResult,
  type ResolveResult,
} from "@callboard/core";
import { type MemoryTransaction, memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const wiring = {
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat"), fakeTransport("mail")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
} as const;

// Conditions
const callboard = createCallboard({
  ...wiring,
  conditions: {
    still_open: ({ metadata }) => metadata?.open === true,
    still_late: async (notification, { signal }) => {
      holds<Equal<typeof notification, Notification>>();
      holds<Equal<typeof signal, AbortSignal>>();
      return !signal.aborted;
    },
  },
});
holds<Equal<ReturnType<Condition>, boolean | Promise<boolean>>>();
createCallboard({
  ...wiring,
  conditions: {
    // @ts-expect-error a condition says yes or no
    still_open: () => "yes",
  },
});
createCallboard({
  ...wiring,
  // @ts-expect-error conditions have names
  conditions: [() => true],
});
createCallboard({
  ...wiring,
  // @ts-expect-error no such option
  condition: {},
});

const right = { template: "plain", context: {}, userIds: ["ada"] } as const;
type Request = Parameters<typeof callboard.queueNotificationsToUsers>[0];
await callboard.queueNotificationsToUsers({ ...right, onlyIf: "still_open" });
holds<Equal<NonNullable<Request["onlyIf"]>, "still_open" | "still_late">>();
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error no such condition
  onlyIf: "still_opn",
});
await createCallboard(wiring).queueNotificationsToUsers(right);
await createCallboard(wiring).queueNotificationsToUsers({
  ...right,
  // @ts-expect-error no conditions are declared
  onlyIf: "still_open",
});

// Times
const local = { local: "2026-12-01T08:00", timeZone: "Africa/Harare" };
await callboard.queueNotificationsToUsers({ ...right, at: local, expiresAt: new Date(0) });
await callboard.queueNotificationsToUsers({ ...right, at: new Date(0), expiresAt: local });
holds<Equal<NonNullable<Request["at"]>, Date | LocalTime>>();
holds<Equal<NonNullable<Request["expiresAt"]>, Date | LocalTime>>();
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error `timeZone` is missing
  at: { local: "2026-12-01T08:00" },
});
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error a local time is text
  expiresAt: { local: new Date(0), timeZone: "Africa/Harare" },
});

// Keys
await callboard.queueNotificationsToUsers({ ...right, cancelKey: "order:17", supersedes: "order:17" });
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error a key is text
  cancelKey: 17,
});
await callboard.queueNotificationsToUsers({
  ...right,
  // @ts-expect-error a key is text
  supersedes: ["order:17"],
});

// Cancelling
const { notifications } = callboard;
declare const transaction: MemoryTransaction;
const cancelled = await notifications.cancel({ cancelKey: "order:17" });
holds<Equal<typeof cancelled, CancelResult>>();
holds<Equal<(typeof cancelled.cancelled)[number], { readonly id: string; readonly userId: string }>>();
holds<Equal<(typeof cancelled.tooLate)[number]["status"], NotificationStatus>>();
await notifications.cancel({
  cancelKey: "order:17",
  userIds: ["ada"],
  channel: "mail",
  reason: "r",
  by: "hanna",
});
await notifications.cancel({ ids: ["n-1"], reason: "r", by: "hanna" }, { transaction });
// @ts-expect-error what to cancel must be said
await notifications.cancel({});
// @ts-expect-error what to cancel must be said
await notifications.cancel({ userIds: ["ada"] });
// @ts-expect-error a key, or ids
await notifications.cancel({ cancelKey: "order:17", ids: ["n-1"] });
// @ts-expect-error ids say already whose they are
await notifications.cancel({ ids: ["n-1"], userIds: ["ada"] });
await notifications.cancel({
  cancelKey: "order:17",
  // @ts-expect-error no transport of this name
  channel: "fax",
});
await notifications.cancel({
  cancelKey: "order:17",
  // @ts-expect-error no such option
  userId: "ada",
});
await notifications.cancel(
  { cancelKey: "order:17" },
  {
    // @ts-expect-error another storage's transaction
    transaction: "BEGIN",
  },
);

// Replaying
const decision = { reason: "The template is approved.", by: "hanna" };
const replayed = await notifications.replay({ ids: ["n-1"] }, decision);
holds<Equal<typeof replayed, ReplayResult>>();
holds<Equal<(typeof replayed.refused)[number], RefusedNotification>>();
holds<Equal<RefusedNotification["status"], NotificationStatus | null>>();
await notifications.replay({}, { reason: "All of it." });
await notifications.replay(
  {
    template: "plain",
    channel: "chat",
    userId: "ada",
    groupName: "Sales",
    batchId: "b-1",
    relatedContactId: "c-7",
    failureClass: "permanent-request",
    providerCode: "132000",
    from: new Date(0),
    until: new Date(1),
  },
  decision,
);
// @ts-expect-error why must be said
await notifications.replay({ ids: ["n-1"] });
// @ts-expect-error why must be said
await notifications.replay({ ids: ["n-1"] }, { by: "hanna" });
// @ts-expect-error ids, or a filter
await notifications.replay({ ids: ["n-1"], template: "plain" }, decision);
await notifications.replay(
  {
    // @ts-expect-error no such class
    failureClass: "broken",
  },
  decision,
);
await notifications.replay(
  {
    // @ts-expect-error no transport of this name
    channel: "fax",
  },
  decision,
);
await notifications.replay(
  {
    // @ts-expect-error only what has failed is replayed
    status: "failed",
  },
  decision,
);

// Resolving
const resolved = await notifications.resolve(["n-1"], { as: "told", ...decision });
holds<Equal<typeof resolved, ResolveResult>>();
holds<Equal<(typeof resolved.refused)[number], RefusedNotification>>();
await notifications.resolve(["n-1"], { as: "resend", reason: "r" });
await notifications.resolve(["n-1"], { as: "give-up", reason: "r" });
// @ts-expect-error what became of them must be said
await notifications.resolve(["n-1"], decision);
// @ts-expect-error why must be said
await notifications.resolve(["n-1"], { as: "told" });
await notifications.resolve(["n-1"], {
  // @ts-expect-error no such outcome
  as: "sent",
  reason: "r",
});
// @ts-expect-error ids are a list
await notifications.resolve("n-1", { as: "told", reason: "r" });

// Events
callboard.observe("notification.queued", (event) => {
  holds<Equal<typeof event, QueuedEvent>>();
  holds<Equal<typeof event.batchId, string>>();
  // @ts-expect-error it is not read back for this
  event.notification;
});
callboard.observe("notification.cancelled", ({ notification }) => {
  holds<Equal<typeof notification, Notification>>();
});
