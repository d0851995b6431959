import type { Failure, Notification, ReceiptReducer } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import {
  acceptance,
  claimRequest,
  draft,
  follow,
  get,
  receipt,
  type Stage,
  type StorageUnderTest,
  sending,
  transition,
} from "./stage.js";

/** The rules have no use for it. */
const leave: ReceiptReducer = () => null;

const at = (minute: number, ms = 0) => new Date(Date.UTC(2026, 0, 1, 10, minute, 0, ms));

export function keptReceiptsConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  test("applyReceipts() keeps each match, when it came, and what the provider said", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    const { createdAt } = await get(stage, id);
    await stage.advance(5_000);
    const failure: Failure = {
      failureClass: "permanent-recipient",
      providerCode: "131026",
      message: "Message undeliverable.",
      hint: "Ask for another number.",
    };
    const reported = [
      receipt({ status: "delivered", occurredAt: at(1, 7) }),
      receipt({ status: "failed", occurredAt: at(2), failure }),
    ];
    await notifications.applyReceipts(reported, follow);
    const kept = await notifications.receiptsOf([id]);
    const known = { notificationId: id, attemptId: "attempt-1", button: null };
    equal(
      kept.map(({ receivedAt, ...rest }) => rest),
      [
        { ...known, status: "delivered", occurredAt: at(1, 7), providerCode: null, message: null },
        {
          ...known,
          status: "failed",
          occurredAt: at(2),
          providerCode: "131026",
          message: "Message undeliverable.",
        },
      ],
    );
    ok(
      kept.every(({ receivedAt }) => receivedAt.getTime() - createdAt.getTime() >= 5_000),
      "they have the time at which they came",
    );
  });

  test("applyReceipts() keeps a receipt for which the rules say null", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    equal((await notifications.applyReceipts([receipt()], leave)).moved, []);
    equal(
      (await notifications.receiptsOf([id])).map(({ status }) => status),
      ["delivered"],
    );
  });

  test("applyReceipts() keeps a receipt once, however often it is reported", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    await notifications.applyReceipts([receipt(), receipt()], follow);
    const [first] = await notifications.receiptsOf([id]);
    await stage.advance(1_000);
    await notifications.applyReceipts([receipt(), receipt({ attemptId: "attempt-1" })], follow);
    equal(await notifications.receiptsOf([id]), [first]);
  });

  test("applyReceipts() by several callers at once keeps a receipt once", async (stage) => {
    const { notifications } = stage.storage;
    const told = [await sent(stage, "attempt-1", "wamid-1"), await sent(stage, "attempt-2", "wamid-2")];
    const both = [receipt(), receipt({ providerMessageId: "wamid-2" })];
    await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        notifications.applyReceipts(index % 2 === 0 ? both : both.toReversed(), leave),
      ),
    );
    for (const { id } of told) equal((await notifications.receiptsOf([id])).length, 1);
  });

  test("applyReceipts() keeps receipts of another time, status or attempt beside each other", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sentTwice(stage);
    const first = { providerMessageId: "wamid-1", occurredAt: at(1) };
    await notifications.applyReceipts(
      [
        receipt(first),
        receipt({ ...first, occurredAt: at(1, 1) }),
        receipt({ ...first, status: "read" }),
        receipt({ ...first, providerMessageId: "wamid-2" }),
      ],
      leave,
    );
    const kept = await notifications.receiptsOf([id]);
    equal(
      kept.map((one) => JSON.stringify([one.attemptId, one.status, one.occurredAt])).toSorted(),
      [
        ["attempt-1", "delivered", at(1)],
        ["attempt-1", "delivered", at(1, 1)],
        ["attempt-1", "read", at(1)],
        ["attempt-2", "delivered", at(1)],
      ].map((one) => JSON.stringify(one)),
    );
  });

  test("applyReceipts() keeps a thousand receipts at once", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    const many = Array.from({ length: 1_000 }, (_, index) => receipt({ occurredAt: at(1, index) }));
    equal((await notifications.applyReceipts(many, leave)).parked, 0);
    equal((await notifications.receiptsOf([id])).length, 1_000);
  });

  test("applyReceipts() keeps the provider's words to the letter, whatever is in them", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    const long = "The provider explains at length. ".repeat(100);
    const texts = [...awkwardTexts, long];
    const failure = { failureClass: "retry", providerCode: "131000", hint: "Wait." } as const;
    const reported = texts.map((message, index) =>
      receipt({ status: "failed", occurredAt: at(index), failure: { ...failure, message } }),
    );
    await notifications.applyReceipts(reported, leave);
    const kept = await notifications.receiptsOf([id]);
    equal(new Map(kept.map((one) => [one.occurredAt.getTime(), one.message])).size, texts.length);
    for (const [index, text] of texts.entries()) {
      equal(kept.find(({ occurredAt }) => occurredAt.getTime() === at(index).getTime())?.message, text);
    }
  });

  test("applyParked() keeps what it applies, as having come when it was parked", async (stage) => {
    const { notifications } = stage.storage;
    await notifications.applyReceipts([receipt({ occurredAt: at(1) })], leave);
    await stage.advance(1_000);
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    equal(await notifications.receiptsOf([id]), []);
    await stage.advance(1_000);
    await notifications.applyReceipts([receipt({ status: "read", occurredAt: at(2) })], leave);
    await notifications.applyParked({ limit: 10 }, leave);
    const kept = await notifications.receiptsOf([id]);
    equal(
      kept.map(({ status, attemptId }) => [status, attemptId]),
      [
        ["delivered", "attempt-1"],
        ["read", "attempt-1"],
      ],
    );
    const { createdAt } = await get(stage, id);
    ok(kept[0] && kept[0].receivedAt < createdAt, "it came before its message was even queued");
  });

  test("receiptsOf() gives receipts in the order in which they came, of the notifications asked for", async (stage) => {
    const { notifications } = stage.storage;
    const { id } = await sent(stage, "attempt-1", "wamid-1");
    const other = await sent(stage, "attempt-2", "wamid-2");
    const untold = draft();
    await notifications.insertMany([untold]);
    for (const minute of [9, 3, 11, 1]) {
      await notifications.applyReceipts([receipt({ occurredAt: at(minute) })], leave);
      await notifications.applyReceipts([receipt({ providerMessageId: "wamid-2" })], leave);
      await stage.advance(1_000);
    }
    equal(
      (await notifications.receiptsOf([id, untold.id])).map(({ occurredAt }) => occurredAt),
      [at(9), at(3), at(11), at(1)],
    );
    equal((await notifications.receiptsOf([id, other.id])).length, 5);
    equal(await notifications.receiptsOf([untold.id]), []);
    equal(await notifications.receiptsOf([]), []);
  });
}

async function sent<Tx>(
  stage: StorageUnderTest<Tx>,
  attemptId: string,
  providerMessageId: string,
): Promise<Notification> {
  const { notification, leaseToken } = await sending(stage, attemptId);
  await stage.storage.notifications.record([
    acceptance(notification, attemptId, leaseToken, providerMessageId),
  ]);
  return notification;
}

/** As "wamid-1" in "attempt-1", and then as "wamid-2" in "attempt-2". */
async function sentTwice<Tx>(stage: StorageUnderTest<Tx>): Promise<Notification> {
  const { notifications } = stage.storage;
  const { notification, leaseToken } = await sending(stage, "attempt-1");
  const { id: notificationId } = notification;
  const first = acceptance(notification, "attempt-1", leaseToken, "wamid-1");
  await notifications.record([{ ...first, transition: transition("pending", { dueInMs: 0 }) }]);
  await notifications.claim(claimRequest("lease-2"));
  await notifications.startAttempts([{ id: "attempt-2", notificationId, leaseToken: "lease-2" }]);
  await notifications.record([acceptance(notification, "attempt-2", "lease-2", "wamid-2")]);
  return notification;
}
