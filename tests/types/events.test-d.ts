import {
  createCallboard,
  type DomainEvent,
  defineTemplate,
  type ForwardResult,
  type Notification,
} from "@callboard/core";
import { type MemoryTransaction, memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const wiring = {
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
} as const;

const callboard = createCallboard({
  ...wiring,
  events: {
    "order.created": z.object({ id: z.string(), total: z.string().transform(Number) }),
    "order.paid": z.object({ id: z.string() }),
  },
});

// Names
callboard.on("order.paid", () => undefined);
// @ts-expect-error no such event
callboard.on("order.payed", () => undefined);
// @ts-expect-error no events are declared
createCallboard(wiring).on("order.paid", () => undefined);
holds<Equal<Parameters<typeof callboard.forward>[0], "order.created" | "order.paid">>();

// A handler without annotations knows its event: what the schema makes of the data.
callboard.on("order.created", (event) => {
  holds<
    Equal<typeof event, DomainEvent<"order.created", { id: string; total: number }, MemoryTransaction>>
  >();
  holds<Equal<typeof event.data, { id: string; total: number }>>();
  holds<Equal<typeof event.transaction, MemoryTransaction | undefined>>();
  // @ts-expect-error no such key
  event.data.customer;
});
callboard.on("order.paid", ({ id, data, name }) => {
  holds<Equal<typeof data, { id: string }>>();
  holds<Equal<typeof id, string>>();
  holds<Equal<typeof name, "order.paid">>();
});
// @ts-expect-error the handler wants another event's data
callboard.on("order.paid", (event: DomainEvent<"order.paid", { total: number }>) => event);

// Data goes in as the schema takes it.
await callboard.forward("order.created", { id: "A-17", total: "310.00" }, { id: "evt_1" });
await callboard.forward("order.created", {
  id: "A-17",
  // @ts-expect-error `total` goes in as text
  total: 310,
});
// @ts-expect-error `total` is missing
await callboard.forward("order.created", { id: "A-17" });
await callboard.forward("order.paid", {
  id: "A-17",
  // @ts-expect-error another event's key
  total: "310.00",
});
const forwarded = await callboard.forward("order.paid", { id: "A-17" });
holds<Equal<typeof forwarded, ForwardResult>>();

// A handler hands its transaction on, whether or not there is one.
callboard.on("order.created", async ({ data, transaction }) => {
  await callboard.queueNotificationsToUsers(
    { template: "plain", context: {}, userIds: [data.id] },
    { transaction },
  );
  await callboard.forward("order.paid", { id: data.id }, { transaction });
});

// Lifecycle
callboard.observe("notification.failed", (event) => {
  holds<Equal<typeof event.notification, Notification>>();
});
callboard.observe("group.empty", ({ groupName }) => {
  holds<Equal<typeof groupName, string>>();
});
// @ts-expect-error no such event
callboard.observe("notification.fail", () => {});
