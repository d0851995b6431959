import type { Notification, PressedButton, ReceiptReducer } from "@callboard/core/adapter";
import {
  acceptance,
  follow,
  get,
  receipt,
  type Stage,
  type StorageUnderTest,
  sending,
  transition,
  waiting,
} from "./stage.js";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));
const yes: PressedButton = { id: "confirm", label: "I will be there" };
const no: PressedButton = { id: "decline", label: "I cannot" };

const pressed = (minute: number, button: PressedButton | null = yes) =>
  receipt({ status: "acknowledged", occurredAt: at(minute), button });

export function acknowledgingConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("applyReceipts() of a press writes when the person read and pressed, and which button", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage);
    const { moved } = await notifications.applyReceipts([pressed(7)], follow);
    const after = { status: "read", readAt: at(7), acknowledgedAt: at(7), acknowledgedWith: yes };
    equal(moved.map(pressOf), [after]);
    equal(pressOf(await get(stage, id)), after);
  });

  test("applyReceipts() hands the button to the rules", async (stage) => {
    await sent(stage);
    const seen: unknown[] = [];
    const watching: ReceiptReducer = (_, { status, button }) => {
      seen.push([status, button]);
      return null;
    };
    await stage.storage.notifications.applyReceipts([pressed(7)], watching);
    equal(seen, [["acknowledged", yes]]);
  });

  test("applyReceipts() keeps the first press of those that come at once, and of those that come later", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage);
    await notifications.applyReceipts([pressed(1), pressed(2, no)], follow);
    const first = { status: "read", readAt: at(1), acknowledgedAt: at(1), acknowledgedWith: yes };
    equal(pressOf(await get(stage, id)), first);
    const { moved } = await notifications.applyReceipts([pressed(3, no), pressed(0, no)], follow);
    equal(moved.map(pressOf), [first]);
    equal(pressOf(await get(stage, id)), first);
  });

  test("applyParked() applies a press that came before its message was known, with its button", async (stage) => {
    const { notifications } = stage.storage;
    equal((await notifications.applyReceipts([pressed(7), pressed(8, no)], follow)).parked, 1);
    const { id } = await sent(stage);
    await notifications.applyParked({ limit: 10 }, follow);
    const after = { status: "read", readAt: at(7), acknowledgedAt: at(7), acknowledgedWith: yes };
    equal(pressOf(await get(stage, id)), after);
    equal(
      (await notifications.receiptsOf([id])).map(({ status, button }) => [status, button]),
      [["acknowledged", yes]],
    );
  });

  test("receiptsOf() tells which button was pressed each time, and none where that is not known", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage);
    const read = receipt({ status: "read", occurredAt: at(1) });
    await notifications.applyReceipts([read, pressed(1), pressed(2, no), pressed(3, null)], follow);
    equal(
      (await notifications.receiptsOf([id])).map(({ status, button }) => [status, button]),
      [
        ["read", null],
        ["acknowledged", yes],
        ["acknowledged", no],
        ["acknowledged", null],
      ],
    );
  });

  test("settle() and record() write a press where there is none, and keep the first", async (stage) => {
    const { notifications } = stage.storage;
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const { id } = notification;
    const step = { stamps: { acknowledgedAt: at(1) }, acknowledgedWith: yes };
    const accepted = acceptance(notification, "attempt-1", leaseToken, "wamid-1");
    await notifications.record([{ ...accepted, transition: transition("sent", step) }]);
    const first = { status: "sent", readAt: null, acknowledgedAt: at(1), acknowledgedWith: yes };
    equal(pressOf(await get(stage, id)), first);
    const from = { ...waiting, status: "sent", attemptId: "attempt-1" } as const;
    const again = transition("sent", { stamps: { acknowledgedAt: at(2) }, acknowledgedWith: no });
    for (const next of [again, transition("sent")])
      equal((await notifications.settle([{ id, from, transition: next }])).map(pressOf), [first]);
    equal(pressOf(await get(stage, id)), first);
  });

  test("forget() keeps that a button was pressed, and which: its words are the template's", async (stage) => {
    const { notifications } = stage.storage;
    const { id, userId } = await sent(stage);
    await notifications.applyReceipts([pressed(7)], follow);
    const before = [pressOf(await get(stage, id)), await notifications.receiptsOf([id])];
    await notifications.forget({ userId, pseudonym: "nobody-1" });
    equal([pressOf(await get(stage, id)), await notifications.receiptsOf([id])], before);
  });
}

function pressOf({ status, readAt, acknowledgedAt, acknowledgedWith }: Notification) {
  return { status, readAt, acknowledgedAt, acknowledgedWith };
}

/** Accepted as "wamid-1". */
async function sent<Tx>(stage: StorageUnderTest<Tx>): Promise<Notification> {
  const { notification, leaseToken } = await sending(stage, "attempt-1");
  await stage.storage.notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
  return notification;
}
