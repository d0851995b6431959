import type { Notification } from "@callboard/core/adapter";
import { acceptance, follow, get, receipt, type Stage, sending } from "./stage.js";

export function receivingConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  const sent = async (stage: Parameters<typeof sending<Tx>>[0]): Promise<Notification> => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    await stage.storage.notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
    return notification;
  };

  test("applyReceipts() matches by provider message id, and hands the attempt's id to the rules", async (stage) => {
    const { id } = await sent(stage);
    const seen: (string | null)[] = [];
    const result = await stage.storage.notifications.applyReceipts([receipt()], (notification, one) => {
      seen.push(one.attemptId);
      return follow(notification, one);
    });
    equal(
      [seen, result.parked, result.moved.map((moved) => [moved.id, moved.status])],
      [["attempt-1"], 0, [[id, "delivered"]]],
    );
    equal((await get(stage, id)).deliveredAt, new Date("2026-01-01T10:00:00.000Z"));
  });

  test("applyReceipts() matches by attempt id before the provider's id is known, and learns it", async (stage) => {
    const { notification } = await sending(stage, "attempt-1");
    await stage.storage.notifications.applyReceipts(
      [receipt({ attemptId: "attempt-1", status: "sent" })],
      follow,
    );
    equal((await get(stage, notification.id)).status, "sent");
    await stage.storage.notifications.applyReceipts([receipt({ status: "read" })], follow);
    const stored = await get(stage, notification.id);
    equal([stored.status, stored.providerMessageId], ["read", "wamid-1"]);
  });

  test("applyReceipts() applies several receipts of one notification in the order given", async (stage) => {
    const { id } = await sent(stage);
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));
    const receipts = [
      receipt({ status: "delivered", occurredAt: at(1) }),
      receipt({ status: "read", occurredAt: at(2) }),
      receipt({ status: "read", occurredAt: at(3) }),
    ];
    const statuses: string[] = [];
    const { moved } = await stage.storage.notifications.applyReceipts(receipts, (notification, one) => {
      statuses.push(notification.status);
      return notification.status === "read" ? null : follow(notification, one);
    });
    equal(statuses, ["sent", "delivered", "read"]);
    equal(
      moved.map((one) => [one.id, one.status]),
      [[id, "read"]],
    );
    const stored = await get(stage, id);
    equal([stored.status, stored.deliveredAt, stored.readAt], ["read", at(1), at(2)]);
  });

  test("applyReceipts() leaves the row when the rules say null", async (stage) => {
    const { id } = await sent(stage);
    const { moved } = await stage.storage.notifications.applyReceipts([receipt()], () => null);
    equal([moved, (await get(stage, id)).status], [[], "sent"]);
  });

  test("applyReceipts() parks what nothing matches, once, and applyParked() applies it when the id arrives", async (stage) => {
    const { notifications } = stage.storage;
    const early = [receipt(), receipt(), receipt({ providerMessageId: "wamid-of-others" })];
    equal((await notifications.applyReceipts(early, follow)).parked, 2);
    equal((await notifications.applyReceipts([receipt()], follow)).parked, 0);
    equal(await notifications.applyParked({ limit: 10 }, follow), []);
    const { id } = await sent(stage);
    const moved = await notifications.applyParked({ providerMessageIds: ["wamid-1"], limit: 10 }, follow);
    equal(
      moved.map((one) => [one.id, one.status]),
      [[id, "delivered"]],
    );
    equal(await notifications.applyParked({ limit: 10 }, follow), []);
  });

  test("applyParked() applies receipts of the ids asked for, and no more than its limit", async (stage) => {
    const { notifications } = stage.storage;
    const messageIds = ["wamid-1", "wamid-2", "wamid-3"];
    await notifications.applyReceipts(
      messageIds.map((providerMessageId) => receipt({ providerMessageId })),
      follow,
    );
    const ids: string[] = [];
    for (const messageId of messageIds) {
      const { notification, leaseToken } = await sending(stage, `attempt-of-${messageId}`);
      const accepted = acceptance(notification, `attempt-of-${messageId}`, leaseToken, messageId);
      await notifications.record([accepted]);
      ids.push(notification.id);
    }
    const ofOne = await notifications.applyParked({ providerMessageIds: ["wamid-2"], limit: 10 }, follow);
    equal(
      ofOne.map(({ id }) => id),
      [ids[1]],
    );
    const first = await notifications.applyParked({ limit: 1 }, follow);
    const rest = await notifications.applyParked({ limit: 10 }, follow);
    equal([first.length, rest.length], [1, 1]);
    equal([...first, ...rest].map(({ id }) => id).toSorted(), [ids[0], ids[2]].toSorted());
  });

  test("applyReceipts() never matches another channel's id", async (stage) => {
    const { id } = await sent(stage);
    const { moved, parked } = await stage.storage.notifications.applyReceipts(
      [receipt({ channel: "email" })],
      follow,
    );
    equal([moved, parked, (await get(stage, id)).status], [[], 1, "sent"]);
  });

  test("applyReceipts() ends the lease of a row in sending, so that its worker changes nothing more", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    await stage.storage.notifications.applyReceipts(
      [receipt({ attemptId: "attempt-1", status: "read" })],
      follow,
    );
    equal(
      await stage.storage.notifications.record([
        acceptance(notification, "attempt-1", leaseToken, "wamid-1"),
      ]),
      [],
    );
    equal((await get(stage, notification.id)).status, "read");
  });

  test("applyReceipts() takes a batch of 1,000", async ({ storage }) => {
    const batch = Array.from({ length: 1_000 }, (_, index) =>
      receipt({ providerMessageId: `wamid-${index}` }),
    );
    equal((await storage.notifications.applyReceipts(batch, follow)).parked, 1_000);
  });

  test("forgetParked() drops only what was parked longer ago", async ({
    storage: { notifications },
    advance,
  }) => {
    await notifications.applyReceipts([receipt()], follow);
    await advance(2_000);
    await notifications.applyReceipts([receipt({ providerMessageId: "wamid-2" })], follow);
    equal(await notifications.forgetParked({ olderThanMs: 1_000 }), 1);
    equal(await notifications.forgetParked({ olderThanMs: 1_000 }), 0);
    const again = [receipt(), receipt({ providerMessageId: "wamid-2" })];
    equal((await notifications.applyReceipts(again, follow)).parked, 1);
  });
}
