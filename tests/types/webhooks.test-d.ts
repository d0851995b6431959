import {
  type AwaitedReceipt,
  type ChannelAlertEvent,
  type ChargeCount,
  createCallboard,
  defineTemplate,
  type MessageReceivedEvent,
  type Notification,
  type NotificationStats,
  type PreferenceScope,
  type PressedButton,
  type ReceiptStep,
  UnknownContactError,
} from "@callboard/core";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const chat = fakeTransport("chat");
const callboard = createCallboard({
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [chat],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
});
const { contacts } = callboard;

// Wishes
holds<Equal<Awaited<ReturnType<typeof contacts.optOut>>, boolean>>();
await contacts.optOut({ userId: "ada", channel: "chat" });
await contacts.optIn({ userId: "ada", channel: "chat", scope: "marketing" });
// @ts-expect-error of which channel?
await contacts.optOut({ userId: "ada" });
// @ts-expect-error no transport has this name
await contacts.optOut({ userId: "ada", channel: "fax" });
// @ts-expect-error no such scope
await contacts.optIn({ userId: "ada", channel: "chat", scope: "some" });
holds<Equal<UnknownContactError["channel"], string>>();
// @ts-expect-error it names the person, too
new UnknownContactError("chat");

// What is told of
callboard.observe("notification.acknowledged", ({ notification }) => {
  holds<Equal<typeof notification, Notification>>();
  holds<Equal<typeof notification.acknowledgedWith, PressedButton | null>>();
  // @ts-expect-error it may not be known
  notification.acknowledgedWith.label;
});
callboard.observe("message.received", (event) => {
  holds<Equal<typeof event, MessageReceivedEvent>>();
  holds<Equal<typeof event.text, string | null>>();
  // @ts-expect-error some providers tell the alias alone
  event.address.length;
});
callboard.observe("contact.preference", (event) => {
  holds<Equal<typeof event.scope, PreferenceScope>>();
  holds<Equal<typeof event.optedOut, boolean>>();
});
callboard.observe("contact.moved", (event) => {
  holds<
    Equal<
      typeof event,
      {
        readonly channel: string;
        readonly userId: string | null;
        readonly former: string | null;
        readonly address: string;
      }
    >
  >();
  // @ts-expect-error where they were is gone
  event.before;
});
callboard.observe("channel.alert", (event) => {
  holds<Equal<typeof event, ChannelAlertEvent>>();
  holds<Equal<typeof event.pauseForMs, number | null>>();
});
callboard.observe("webhook.unread", ({ channel, reason }) => {
  holds<Equal<typeof channel | typeof reason, string>>();
});
// @ts-expect-error what could not be read is in the store, not in the event
callboard.observe("webhook.unread", ({ body }) => body);

// Stats and stories
const stats: NotificationStats = await callboard.notifications.stats({ from: new Date(0) });
holds<Equal<typeof stats.charges, readonly ChargeCount[]>>();
// @ts-expect-error they are in one order, which stays
stats.charges.reverse();
holds<Equal<AwaitedReceipt, "delivered" | "read" | "acknowledged">>();
holds<Equal<ReceiptStep["button"], PressedButton | null>>();

// The double
chat.webhookRequest(chat.press("fake-1"), { inbound: [{ address: "ada", at: new Date(0) }] });
chat.press("fake-1", { id: "yes", label: "Yes" }, new Date(0));
// @ts-expect-error a button has a label
chat.press("fake-1", { id: "yes" });
// @ts-expect-error no such news
chat.webhookRequest({ gossip: [] });
