import type { Move, PurgeResult } from "@callboard/core/adapter";
import {
  acceptance,
  call,
  draft,
  drafts,
  follow,
  moveTo,
  receipt,
  type Stage,
  type StorageUnderTest,
  sending,
  transition,
  waiting,
} from "./stage.js";

const old = { olderThanMs: 5_000, limit: 100 } as const;

export function purgedStoriesConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  test("purge() deletes the receipts and interventions of what it deletes, and no others", async (stage) => {
    const { notifications } = stage.storage;
    const over = await storied(stage, "attempt-1", "wamid-1");
    const kept = await storied(stage, "attempt-2", "wamid-2");
    await moveTo(notifications, over, transition("expired"));
    await stage.advance(10_000);
    equal((await notifications.purge(old)).deleted, 1);
    equal(await notifications.receiptsOf([over.id]), []);
    equal(await notifications.interventionsOf([over.id]), []);
    equal((await notifications.receiptsOf([kept.id])).length, 1);
    equal((await notifications.interventionsOf([kept.id])).length, 1);
  });

  test("purge() deletes batches that have no notification any more, with whom they skipped", async (stage) => {
    const { notifications } = stage.storage;
    const [told, nobody, waits] = [await noted(stage), await noted(stage), await noted(stage)];
    const over = drafts(3, { batchId: told });
    const [finished, pending] = drafts(2, { batchId: waits });
    await notifications.insertMany([...over, ...[finished, pending].flatMap((row) => row ?? [])]);
    for (const row of [...over, ...(finished ? [finished] : [])]) {
      await moveTo(notifications, row, transition("sent"));
    }
    await stage.advance(10_000);
    equal((await notifications.purge(old)).deleted, 4);
    for (const batchId of [told, nobody]) {
      equal(await notifications.batch(batchId), null);
      equal(await notifications.skipped({ batchId, userId: "ada" }), null);
    }
    equal((await notifications.batch(waits))?.id, waits);
    equal((await notifications.skipped({ batchId: waits, userId: "ada" }))?.userId, "ada");
  });

  test("purge() keeps a batch that was noted a short while ago, whatever became of it", async (stage) => {
    const { notifications } = stage.storage;
    const before = await noted(stage);
    await stage.advance(10_000);
    const batchId = await noted(stage);
    equal(await notifications.purge(old), { deleted: 0, next: null });
    equal(await notifications.batch(before), null);
    equal((await notifications.batch(batchId))?.id, batchId);
    equal((await notifications.skipped({ batchId, userId: "ada" }))?.userId, "ada");
  });

  test("purge() deletes no more batches than its limit", async (stage) => {
    const { notifications } = stage.storage;
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await noted(stage));
    await stage.advance(10_000);
    const left = async () => {
      const batches = await Promise.all(ids.map((id) => notifications.batch(id)));
      return batches.filter((batch) => batch !== null).length;
    };
    const counts: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      await notifications.purge({ ...old, limit: 2 });
      counts.push(await left());
    }
    equal(counts, [3, 1, 0]);
  });

  test("purge() walks on until no old batch is left that has no notification", async (stage) => {
    const { notifications } = stage.storage;
    const over = draft({ batchId: await noted(stage) });
    const waits = draft({ batchId: await noted(stage) });
    await notifications.insertMany([over, waits]);
    await moveTo(notifications, over, transition("sent"));
    const silent: string[] = [];
    for (let count = 0; count < 7; count += 1) silent.push(await noted(stage));
    await stage.advance(10_000);
    let after: string | null = null;
    for (let calls = 0; calls < 20 && (calls === 0 || after !== null); calls += 1) {
      const result: PurgeResult = await notifications.purge({
        ...old,
        limit: 2,
        ...(after !== null && { after }),
      });
      after = result.next;
    }
    equal(after, null);
    for (const id of [over.batchId, ...silent]) equal(await notifications.batch(id), null);
    equal((await notifications.batch(waits.batchId))?.id, waits.batchId);
  });

  test("purge() in a transaction that rolls back leaves the stories and the batches", async (stage) => {
    const { notifications } = stage.storage;
    const batchId = await noted(stage);
    const row = await storied(stage, "attempt-1", "wamid-1", batchId);
    await moveTo(notifications, row, transition("expired"));
    await stage.advance(10_000);
    const story = async () => [
      await notifications.receiptsOf([row.id]),
      await notifications.interventionsOf([row.id]),
      await notifications.batch(batchId),
      await notifications.skipped({ batchId, userId: "ada" }),
    ];
    const before = await story();
    const failing = () =>
      stage.storage.transaction(async (transaction) => {
        equal((await notifications.purge(old, { transaction })).deleted, 1);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await story(), before);
  });

  test("purge() while notifications are replayed deletes none of those, whoever comes first", async (stage) => {
    const { notifications } = stage.storage;
    for (let round = 0; round < 3; round += 1) {
      const rows = drafts(20);
      await notifications.insertMany(rows);
      for (const row of rows) await moveTo(notifications, row, transition("failed"));
      await stage.advance(10_000);
      const replay = (some: typeof rows) => some.map(({ id }) => notifications.settle([replaying(id)]));
      const before = replay(rows.slice(0, 10));
      const [, ...answers] = await Promise.all([
        notifications.purge(old),
        ...before,
        ...replay(rows.slice(10)),
      ]);
      const moved = answers.flat().map(({ id }) => id);
      const left = await notifications.getMany(rows.map(({ id }) => id));
      equal(left.map(({ id }) => id).toSorted(), moved.toSorted());
      const decided = await notifications.interventionsOf(rows.map(({ id }) => id));
      equal(decided.map(({ notificationId }) => notificationId).toSorted(), moved.toSorted());
      for (const row of left) await moveTo(notifications, row, transition("cancelled"));
    }
  });
}

/** A call that skipped Ada. */
async function noted<Tx>({ storage }: StorageUnderTest<Tx>): Promise<string> {
  const one = call();
  await storage.notifications.saveBatch(one);
  const ada = { userId: "ada", reason: "inactive", hint: "Switch them on." } as const;
  await storage.notifications.saveSkipped(one.id, [ada]);
  return one.id;
}

/** A pending notification with a receipt for an attempt before, and a replay. */
async function storied<Tx>(
  stage: StorageUnderTest<Tx>,
  attemptId: string,
  providerMessageId: string,
  batchId = draft().batchId,
) {
  const { notifications } = stage.storage;
  const { notification, leaseToken } = await sending(stage, attemptId, { batchId });
  await notifications.record([acceptance(notification, attemptId, leaseToken, providerMessageId)]);
  await notifications.applyReceipts([receipt({ providerMessageId, status: "failed" })], follow);
  await notifications.settle([replaying(notification.id, attemptId)]);
  return { ...notification, attemptId };
}

function replaying(id: string, attemptId: string | null = null): Move {
  return {
    id,
    from: { ...waiting, status: "failed", attemptId },
    transition: transition("pending", { dueInMs: 3_600_000, replayed: true }),
    intervention: { action: "replayed", reason: "The number is right now.", by: "ops-1" },
  };
}
