import { tellAda, toAda, tracesOfAda } from "./forgotten-person.js";
import { acceptance, call, draft, get, receipt, type Stage, sending, transition, waiting } from "./stage.js";

const nobody = { userId: toAda.userId, pseudonym: "nobody-1" };

const saidOfHer = {
  failureClass: "retry",
  providerCode: "131000",
  message: "said of her",
  hint: "",
} as const;

export function forgottenStoriesConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  test("forget() keeps receipts without the provider's words, and interventions without their reasons", async (stage) => {
    const { notifications } = stage.storage;
    const { failed, retrying } = await tellAda(stage);
    const receipts = await notifications.receiptsOf([failed.id]);
    const decisions = await notifications.interventionsOf([retrying.id]);
    equal([receipts.length, decisions.length], [1, 1]);
    await notifications.forget(nobody);
    equal(
      await notifications.receiptsOf([failed.id]),
      receipts.map((one) => ({ ...one, message: null })),
    );
    equal(
      await notifications.interventionsOf([retrying.id]),
      decisions.map((one) => ({ ...one, reason: "" })),
    );
  });

  test("forget() leaves the receipts and interventions of everybody else as they are", async (stage) => {
    const { notifications } = stage.storage;
    const { notification, leaseToken } = await sending(stage, "attempt-1", { userId: "grace" });
    const { id } = notification;
    await notifications.record([acceptance(notification, "attempt-1", leaseToken, "wamid-1")]);
    const failing = receipt({ status: "failed", failure: saidOfHer });
    await notifications.applyReceipts([failing], () => transition("failed"));
    const from = { ...waiting, status: "failed", attemptId: "attempt-1" } as const;
    const intervention = { action: "replayed", reason: "It was mended.", by: null } as const;
    await notifications.settle([{ id, from, transition: transition("pending"), intervention }]);
    const story = async () => [
      await notifications.receiptsOf([id]),
      await notifications.interventionsOf([id]),
    ];
    const before = await story();
    await notifications.insertMany([draft(toAda)]);
    equal(await notifications.forget(nobody), 1);
    equal(await story(), before);
  });

  test("forget() deletes that batches skipped the person, and nobody else's", async ({
    storage: { notifications },
  }) => {
    const batches = [call(), call()];
    const others = ["Ada-Lovelace", "ada-lovelace ", "ada", "grace"];
    for (const one of batches) {
      await notifications.saveBatch(one);
      await notifications.saveSkipped(
        one.id,
        [toAda.userId, ...others].map((userId) => ({ userId, reason: "inactive", hint: "" })),
      );
    }
    equal(await notifications.forget(nobody), 0);
    for (const { id: batchId } of batches) {
      equal(await notifications.skipped({ batchId, userId: toAda.userId }), null);
      equal(await notifications.skipped({ batchId, userId: nobody.pseudonym }), null);
      for (const userId of others) {
        equal((await notifications.skipped({ batchId, userId }))?.userId, userId);
      }
      equal((await notifications.batch(batchId))?.id, batchId);
    }
  });

  test("settle() leaves a notification whose person is forgotten, and keeps no decision about it", async (stage) => {
    const { notifications } = stage.storage;
    const { failed } = await tellAda(stage);
    const untried = draft(toAda);
    await notifications.insertMany([untried]);
    await notifications.settle([{ id: untried.id, from: waiting, transition: transition("failed") }]);
    const rows = [failed, await get(stage, untried.id)];
    await notifications.forget(nobody);
    const before = await notifications.interventionsOf(rows.map(({ id }) => id));
    const moves = rows.map(({ id, attemptId }) => replaying(id, attemptId));
    equal(await notifications.settle(moves), []);
    for (const { id } of rows) equal((await get(stage, id)).status, "failed");
    equal(await notifications.interventionsOf(rows.map(({ id }) => id)), before);
  });

  test("forget() while a notification is replayed leaves nothing of the person, whoever comes first", async (stage) => {
    const { notifications } = stage.storage;
    for (let round = 0; round < 5; round += 1) {
      const row = draft(toAda);
      await notifications.insertMany([row]);
      await notifications.settle([{ id: row.id, from: waiting, transition: transition("failed") }]);
      const person = { ...nobody, pseudonym: `nobody-${round}` };
      const [, forgotten] = await Promise.all([
        notifications.settle([replaying(row.id, null)]),
        notifications.forget(person),
      ]);
      equal(forgotten, 1);
      equal(await tracesOfAda(stage), []);
      ok(["failed", "cancelled"].includes((await get(stage, row.id)).status), "it is not sent any more");
    }
  });

  test("forget() while receipts come in leaves nothing of the person, whoever comes first", async (stage) => {
    const { notifications } = stage.storage;
    for (let round = 0; round < 5; round += 1) {
      const attemptId = `attempt-${round}`;
      const { notification, leaseToken } = await sending(stage, attemptId, toAda);
      await notifications.record([acceptance(notification, attemptId, leaseToken, `wamid-ada-${round}`)]);
      const failing = receipt({
        providerMessageId: `wamid-ada-${round}`,
        status: "failed",
        failure: saidOfHer,
      });
      const person = { ...nobody, pseudonym: `nobody-${round}` };
      const [, forgotten] = await Promise.all([
        notifications.applyReceipts([failing], () => transition("failed", { failure: saidOfHer })),
        notifications.forget(person),
      ]);
      equal(forgotten, 1);
      equal(await tracesOfAda(stage), []);
    }
  });
}

function replaying(id: string, attemptId: string | null) {
  return {
    id,
    from: { ...waiting, status: "failed", attemptId },
    transition: transition("pending", { dueInMs: 0, replayed: true }),
    intervention: { action: "replayed", reason: "said of her", by: null },
  } as const;
}
