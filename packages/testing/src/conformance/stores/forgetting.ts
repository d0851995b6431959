import type { Attempt, Notification } from "@callboard/core/adapter";
import { skippedAda, tellAda, toAda, tracesOfAda } from "./forgotten-person.js";
import {
  acceptance,
  claimRequest,
  draft,
  drafts,
  follow,
  get,
  receipt,
  type Stage,
  type StorageUnderTest,
  sending,
  transition,
} from "./stage.js";

export function forgettingConformance<Tx>({ runner: { equal, ok, rejects }, test }: Stage<Tx>): void {
  const nobody = { userId: toAda.userId, pseudonym: "nobody-1" };

  test("forget() blanks what a person was sent and where, and ends what is unfinished", async (stage) => {
    const { notifications } = stage.storage;
    const { sent, failed, uncertain, retrying, held, pending } = await tellAda(stage);
    ok((await tracesOfAda(stage)).length === 6, "every trace was there to be found");
    await stage.advance(5_000);
    equal(await notifications.forget(nobody), 6);
    equal(await tracesOfAda(stage), []);
    equal((await notifications.page({ limit: 10, userId: nobody.pseudonym })).notifications.length, 6);
    for (const before of [sent, failed]) {
      equal(withoutAttempt(await get(stage, before.id)), withoutAttempt(blanked(before)));
    }
    for (const before of [uncertain, retrying, held, pending]) {
      const { cancelledAt, ...after } = withoutAttempt(await get(stage, before.id));
      equal(
        { ...after, cancelledAt: null },
        { ...withoutAttempt(blanked(before)), status: "cancelled", nextAttemptAt: null },
      );
      ok(cancelledAt && cancelledAt.getTime() - before.createdAt.getTime() >= 5_000, "it is cancelled now");
    }
  });

  test("forget() keeps attempts without the provider's ids and words, and deletes those that are open", async (stage) => {
    const { notifications } = stage.storage;
    const { sent, failed, uncertain, retrying, held } = await tellAda(stage);
    const ids = [sent, failed, uncertain, retrying].map(({ id }) => id);
    const before = await notifications.attemptsOf(ids);
    equal(before.length, 4);
    await notifications.forget(nobody);
    const blank = before.map((attempt) => ({ ...attempt, providerMessageId: null, message: null }));
    equal((await notifications.attemptsOf(ids)).toSorted(byId), blank.toSorted(byId));
    equal(await notifications.attemptsOf([held.id]), []);
  });

  test("forget() leaves everybody else alone", async (stage) => {
    const { notifications } = stage.storage;
    const others = ["Ada-Lovelace", "ada-lovelace ", "ada", "grace"].map((userId) => draft({ userId }));
    await notifications.insertMany(others);
    const ids = others.map(({ id }) => id);
    const before = await notifications.getMany(ids);
    await notifications.insertMany([draft(toAda)]);
    equal(await notifications.forget(nobody), 1);
    equal(await notifications.forget(nobody), 0);
    equal((await notifications.getMany(ids)).toSorted(byId), before.toSorted(byId));
  });

  test("forget() takes a person of thousands", async ({ storage: { notifications } }) => {
    await notifications.insertMany(drafts(2_500, toAda));
    equal(await notifications.forget(nobody), 2_500);
    const counted = await notifications.count({ from: new Date(0) });
    equal(
      counted.map(({ status, count }) => [status, count]),
      [["cancelled", 2_500]],
    );
  });

  test("forget() takes a notification from the worker that is sending it, who leaves nothing behind", async (stage) => {
    const { notifications } = stage.storage;
    const { held, leaseToken } = await tellAda(stage);
    await notifications.forget(nobody);
    const before = await get(stage, held.id);
    const attempt = { id: "attempt-late", notificationId: held.id, leaseToken };
    equal(await notifications.startAttempts([attempt]), []);
    equal(await notifications.renew({ token: leaseToken, leaseMs: 60_000 }), []);
    equal(await notifications.record([acceptance(held, "attempt-held", leaseToken, "wamid-ada")]), []);
    const from = { status: "sending", leaseToken, attemptId: "attempt-held", leaseOver: false } as const;
    equal(
      await notifications.settle([{ id: held.id, from, transition: transition("pending", { dueInMs: 0 }) }]),
      [],
    );
    await stage.advance(200_000);
    equal(await notifications.findOverdue({ limit: 10 }), []);
    equal(await notifications.claim(claimRequest("lease-late")), []);
    equal(await get(stage, held.id), before);
    equal(await notifications.attemptsOf([held.id]), []);
    equal(await tracesOfAda(stage), []);
  });

  test("forget() while a worker records leaves nothing of the person, whoever comes first", async (stage) => {
    const { notifications } = stage.storage;
    for (let round = 0; round < 5; round += 1) {
      const attemptId = `attempt-${round}`;
      const { notification, leaseToken } = await sending(stage, attemptId, toAda);
      const accepted = acceptance(notification, attemptId, leaseToken, "wamid-ada");
      const person = { ...nobody, pseudonym: `nobody-${round}` };
      const [, forgotten] = await Promise.all([
        notifications.record([accepted]),
        notifications.forget(person),
      ]);
      equal(forgotten, 1);
      equal(await tracesOfAda(stage), []);
    }
  });

  test("record() of a result that was recorded before its person was forgotten brings nothing back", async (stage) => {
    const { notifications } = stage.storage;
    const { notification, leaseToken } = await sending(stage, "attempt-1", toAda);
    const accepted = {
      ...acceptance(notification, "attempt-1", leaseToken, "wamid-ada"),
      message: "said of her",
    };
    await notifications.record([accepted]);
    await notifications.forget(nobody);
    equal(await notifications.record([accepted]), []);
    equal(await tracesOfAda(stage), []);
  });

  test("applyReceipts() finds nothing of a person who is forgotten, by whichever id", async (stage) => {
    const { notifications } = stage.storage;
    const { sent, held } = await tellAda(stage);
    await notifications.forget(nobody);
    const before = await notifications.getMany([sent.id, held.id]);
    const late = [
      receipt({ providerMessageId: "wamid-ada-sent", status: "read" }),
      receipt({ providerMessageId: "wamid-ada-sent", status: "delivered", attemptId: "attempt-sent" }),
      receipt({ providerMessageId: "wamid-ada-held", status: "sent", attemptId: "attempt-held" }),
    ];
    equal(await notifications.applyReceipts(late, follow), { moved: [], parked: 3 });
    equal(await notifications.applyParked({ limit: 10 }, follow), []);
    equal((await notifications.getMany([sent.id, held.id])).toSorted(byId), before.toSorted(byId));
    equal(await tracesOfAda(stage), []);
  });

  test("forget() drops the person's parked receipts, and no others", async (stage) => {
    const { notifications } = stage.storage;
    const reports = (["sent", "delivered", "read", "acknowledged", "failed"] as const).map((status) =>
      receipt({ providerMessageId: "wamid-ada-sent", status }),
    );
    const early = [
      ...reports,
      receipt({ providerMessageId: "wamid-ada-sent", channel: "email" }),
      receipt({ providerMessageId: "wamid-of-others" }),
    ];
    equal((await notifications.applyReceipts(early, follow)).parked, reports.length + 2);
    await tellAda(stage);
    await notifications.forget(nobody);
    equal(await notifications.applyReceipts(early, follow), { moved: [], parked: reports.length });
  });

  test("forget() frees the person's keys, and leaves those of others", async ({
    storage: { notifications },
  }) => {
    const keyed = { idempotencyKey: "evt-1" };
    await notifications.insertMany([draft({ ...toAda, ...keyed }), draft({ ...keyed, userId: "grace" })]);
    await notifications.forget(nobody);
    const again = [draft({ ...toAda, ...keyed }), draft({ ...keyed, userId: "grace" })];
    equal((await notifications.insertMany(again)).insertedIds, [again[0]?.id]);
  });

  test("forget() in a transaction that rolls back leaves everything as it was", async (stage) => {
    const { notifications } = stage.storage;
    await notifications.applyReceipts([receipt({ providerMessageId: "wamid-ada-sent" })], follow);
    const { sent, held, leaseToken } = await tellAda(stage);
    const before = await everything(stage);
    const failing = () =>
      stage.storage.transaction(async (transaction) => {
        equal(await notifications.forget(nobody, { transaction }), 6);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await everything(stage), before);
    const again = draft({ ...toAda, idempotencyKey: "evt-sent" });
    equal((await notifications.insertMany([again])).insertedIds, []);
    const accepted = acceptance(held, "attempt-held", leaseToken, "wamid-ada-held");
    equal(idsOf(await notifications.record([accepted])), [held.id]);
    equal(idsOf(await notifications.applyParked({ limit: 10 }, follow)), [sent.id]);
    const read = receipt({ providerMessageId: "wamid-ada-sent", status: "read" });
    equal(idsOf((await notifications.applyReceipts([read], follow)).moved), [sent.id]);
  });

  test("forget() in a transaction that commits has forgotten the person everywhere", async (stage) => {
    const { notifications, groups, contacts } = stage.storage;
    const { userId, address } = toAda;
    await contacts.save([
      { userId, name: "Ada", locale: null, active: true, addresses: { whatsapp: address } },
    ]);
    await groups.ensure(["Sales Team"]);
    await groups.addMembers("Sales Team", [userId]);
    await notifications.insertMany([draft(toAda)]);
    const forgotten = await stage.storage.transaction(async (transaction) => [
      await notifications.forget(nobody, { transaction }),
      await groups.forget(userId, { transaction }),
      await contacts.forget(userId, { transaction }),
    ]);
    equal(forgotten, [1, 1, true]);
    equal(await tracesOfAda(stage), []);
    equal(await groups.members({ groupNames: ["Sales Team"], afterUserId: null, limit: 10 }), []);
    equal(await contacts.getMany([userId]), []);
  });
}

function blanked(before: Notification): Notification {
  return {
    ...before,
    userId: "nobody-1",
    address: "",
    content: { text: "", variables: null, buttons: [], channel: null },
    contentHash: "",
    metadata: null,
    providerMessageId: null,
    failure: before.failure && { ...before.failure, message: "", hint: "" },
  };
}

/** Without the attempt's id: whether it outlives its attempt is the store's own affair. */
function withoutAttempt({ attemptId, ...notification }: Notification): Omit<Notification, "attemptId"> {
  return notification;
}

async function everything<Tx>(stage: StorageUnderTest<Tx>) {
  const { notifications: store } = stage.storage;
  const { notifications } = await store.page({ limit: 1_000 });
  const ids = notifications.map(({ id }) => id).toSorted();
  const attempts = await store.attemptsOf(ids);
  const story = [await store.receiptsOf(ids), await store.interventionsOf(ids), await skippedAda(stage)];
  return [notifications.toSorted(byId), attempts.toSorted(byId), story];
}

function idsOf(notifications: readonly Notification[]): string[] {
  return notifications.map(({ id }) => id);
}

function byId<Row extends Pick<Notification | Attempt, "id">>(a: Row, b: Row): number {
  return a.id < b.id ? -1 : 1;
}
