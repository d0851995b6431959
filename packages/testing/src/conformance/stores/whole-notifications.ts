import type { Notification, ReceiptReducer } from "@callboard/core/adapter";
import {
  acceptance,
  claimRequest,
  draft,
  follow,
  get,
  receipt,
  type Stage,
  type StorageUnderTest,
  transition,
  waiting,
} from "./stage.js";

const far = new Date("2100-01-01T00:00:00.000Z");

const button = { id: "confirm", label: "I will be there" };
const charge = { category: "utility", type: "regular", country: "ZW" };

export function wholeNotificationsConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("every verb gives notifications as getMany() does", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await fullRow(stage);
    const whole = async (verb: string, given: readonly Notification[]) =>
      equal([verb, given], [verb, [await get(stage, id)]]);
    await whole("claim", await notifications.claim(claimRequest("lease-1")));
    const first = await get(stage, id);
    await notifications.startAttempts([{ id: "attempt-1", notificationId: id, leaseToken: "lease-1" }]);
    await whole("record", await notifications.record([acceptance(first, "attempt-1", "lease-1", "wamid-1")]));
    const sent = await get(stage, id);
    const pressed = receipt({ status: "acknowledged", button, charge });
    await whole("applyReceipts", (await notifications.applyReceipts([pressed], onlyOf(sent))).moved);
    const read = await get(stage, id);
    const failed = receipt({ status: "failed" });
    await whole("applyReceipts", (await notifications.applyReceipts([failed], onlyOf(read))).moved);
    const from = { ...waiting, status: "failed", attemptId: "attempt-1" } as const;
    const again = transition("pending", { dueInMs: 0, replayed: true });
    await whole("settle", await notifications.settle([{ id, from, transition: again }]));
    await whole("findCancellable", await notifications.findCancellable({ cancelKey: "order-1", limit: 10 }));
    await whole("page", (await notifications.page({ limit: 10 })).notifications);
    await whole("claim", await notifications.claim(claimRequest("lease-2")));
    await notifications.startAttempts([{ id: "attempt-2", notificationId: id, leaseToken: "lease-2" }]);
    await stage.advance(60_000);
    const overdue = await notifications.findOverdue({ limit: 10 });
    await whole(
      "findOverdue",
      overdue.map(({ notification }) => notification),
    );
    const early = receipt({ providerMessageId: "wamid-2", status: "read" });
    equal((await notifications.applyReceipts([early], follow)).parked, 1);
    await notifications.record([acceptance(first, "attempt-2", "lease-2", "wamid-2")]);
    const parked = await notifications.applyParked({ limit: 10 }, onlyOf(await get(stage, id)));
    await whole("applyParked", parked);
  });
}

/** One notification that has something in every field. */
async function fullRow<Tx>({ storage }: StorageUnderTest<Tx>) {
  const row = draft({
    relatedContact: { id: "c-7", name: "Tariro" },
    metadata: { order: "SO-1" },
    idempotencyKey: "evt-1",
    cancelKey: "order-1",
    onlyIf: "orderStillOpen",
    traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    groupNames: ["Sales Team"],
    expiresAt: far,
  });
  await storage.notifications.insertMany([row]);
  return row;
}

/** Follows a receipt if the rules see the notification as it is stored. */
function onlyOf(stored: Notification): ReceiptReducer {
  return (notification, one) =>
    JSON.stringify(inOrder(notification)) === JSON.stringify(inOrder(stored))
      ? follow(notification, one)
      : null;
}

function inOrder(notification: Notification) {
  return Object.entries(notification).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
