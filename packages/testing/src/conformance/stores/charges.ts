import type {
  ChannelReceipt,
  Charge,
  ChargeCount,
  NewNotification,
  Notification,
  Period,
  ReceiptReducer,
} from "@callboard/core/adapter";
import {
  acceptance,
  draft,
  drafts,
  follow,
  get,
  moveTo,
  receipt,
  type Stage,
  type StorageUnderTest,
  sending,
  transition,
  waiting,
} from "./stage.js";

const utility: Charge = { category: "utility", type: null, country: null };
const marketing: Charge = { category: "marketing", type: "regular", country: "ZW" };

export function chargesConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("applyReceipts() writes the first charge as it is, and no part of another", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage);
    const { moved } = await notifications.applyReceipts([charging("sent", utility)], follow);
    equal(
      moved.map(({ charge }) => charge),
      [utility],
    );
    await notifications.applyReceipts([charging("delivered", marketing)], follow);
    const { status, charge } = await get(stage, id);
    equal([status, charge], ["delivered", utility]);
  });

  test("applyReceipts() keeps the first charge of those that come at once", async (stage) => {
    const { id } = await sent(stage);
    const both = [charging("sent", marketing), charging("delivered", utility), charging("read", null)];
    await stage.storage.notifications.applyReceipts(both, follow);
    const { status, charge } = await get(stage, id);
    equal([status, charge], ["read", marketing]);
  });

  test("applyReceipts() writes a charge alone to what is read already", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage);
    await notifications.applyReceipts([charging("read", null)], follow);
    const before = await get(stage, id);
    const late = { ...charging("sent", marketing), occurredAt: new Date("2026-01-01T11:00:00.000Z") };
    const { moved } = await notifications.applyReceipts([late], chargeAlone);
    equal(moved, [{ ...before, charge: marketing }]);
    equal(await get(stage, id), { ...before, charge: marketing });
  });

  test("applyParked() applies a charge that came before its message was known", async (stage) => {
    const { notifications } = stage.storage;
    const seen: unknown[] = [];
    await notifications.applyReceipts([charging("delivered", marketing)], follow);
    const { id } = await sent(stage);
    await notifications.applyParked({ limit: 10 }, (notification, one) => {
      seen.push(one.charge);
      return follow(notification, one);
    });
    equal([seen, (await get(stage, id)).charge], [[marketing], marketing]);
  });

  test("settle() and record() write a charge where there is none, and keep the first as a whole", async (stage) => {
    const { notifications } = stage.storage;
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const { id } = notification;
    const accepted = acceptance(notification, "attempt-1", leaseToken, "wamid-1");
    await notifications.record([{ ...accepted, transition: transition("sent", { charge: utility }) }]);
    equal((await get(stage, id)).charge, utility);
    const from = { ...waiting, status: "sent", attemptId: "attempt-1" } as const;
    for (const next of [transition("sent", { charge: marketing }), transition("sent")]) {
      const moved = await notifications.settle([{ id, from, transition: next }]);
      equal(
        moved.map(({ charge }) => charge),
        [utility],
      );
    }
  });

  test("forget() keeps what a message is charged as", async (stage) => {
    const { notifications } = stage.storage;
    const { id, userId } = await sent(stage);
    await notifications.applyReceipts([charging("delivered", marketing)], follow);
    await notifications.forget({ userId, pseudonym: "nobody-1" });
    equal((await get(stage, id)).charge, marketing);
  });

  test("countCharges() puts together what shares a channel, a template and a charge", async (stage) => {
    const { notifications } = stage.storage;
    const each: readonly [Partial<NewNotification>, Charge][] = [
      [{}, marketing],
      [{}, marketing],
      [{ channel: "email" }, marketing],
      [{ template: "invoice" }, marketing],
      [{}, { ...marketing, category: "utility" }],
      [{}, { ...marketing, type: "free_customer_service" }],
      [{}, { ...marketing, country: "ZA" }],
      [{}, utility],
      [{}, utility],
    ];
    for (const [changes, charge] of each) await charged(stage, charge, changes);
    await notifications.insertMany(drafts(2));
    const common = { channel: "whatsapp", template: "order_created", charge: marketing, count: 1 };
    equal(
      inOrder(await notifications.countCharges({ from: new Date(0) })),
      inOrder([
        { ...common, count: 2 },
        { ...common, channel: "email" },
        { ...common, template: "invoice" },
        { ...common, charge: { ...marketing, category: "utility" } },
        { ...common, charge: { ...marketing, type: "free_customer_service" } },
        { ...common, charge: { ...marketing, country: "ZA" } },
        { ...common, charge: utility, count: 2 },
      ]),
    );
  });

  test("countCharges() from a time takes what was created at it, and until a time does not", async (stage) => {
    const { notifications } = stage.storage;
    const times: Date[] = [];
    for (let index = 0; index < 3; index += 1) {
      const row = await charged(stage, utility);
      times.push((await get(stage, row.id)).createdAt);
      await stage.advance(1_000);
    }
    const [first, second, third] = times as [Date, Date, Date];
    const countsOf = async (period: Period) =>
      (await notifications.countCharges(period)).map(({ count }) => count);
    equal(await countsOf({ from: first }), [3]);
    equal(await countsOf({ from: second }), [2]);
    equal(await countsOf({ from: first, until: third }), [2]);
    equal(await countsOf({ from: second, until: third }), [1]);
    equal(await countsOf({ from: new Date(third.getTime() + 1) }), []);
  });
}

/** A receipt from which the charge is learnt. */
function charging(status: ChannelReceipt["status"], charge: Charge | null): ChannelReceipt {
  return receipt({ status, charge });
}

/** Leaves everything else as it is. */
const chargeAlone: ReceiptReducer = ({ status, attempts }, { charge = null }) =>
  transition(status, { attempts, charge });

/** Accepted as "wamid-1". */
async function sent<Tx>(stage: StorageUnderTest<Tx>): Promise<Notification> {
  const { notification, leaseToken } = await sending(stage, "attempt-1");
  await stage.storage.notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
  return notification;
}

async function charged<Tx>(
  { storage: { notifications } }: StorageUnderTest<Tx>,
  charge: Charge,
  changes: Partial<NewNotification> = {},
): Promise<NewNotification> {
  const row = draft(changes);
  await notifications.insertMany([row]);
  await moveTo(notifications, row, transition("sent", { charge }));
  return row;
}

function inOrder(lines: readonly ChargeCount[]): ChargeCount[] {
  const keyOf = ({ channel, template, charge: { category, type, country } }: ChargeCount) =>
    JSON.stringify([channel, template, category, type, country]);
  return lines.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
