import type { MissingExplanation } from "@callboard/core";
import { fakeTransport } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { counted } from "./explain-stage.js";

const day = 86_400_000;
const order = { template: "order", context: { order: "SO-1" } } as const;

/** Nothing is kept of people whom these reasons keep from being known. */
const elsewhere =
  "Nothing would be kept of them, either, if the batch broke off before it came to them, if they have been forgotten since, or if their notification has been purged.";

/** A process that queues, with a group of its own, and does not send. */
async function desk(stage: Stage): Promise<Worker> {
  const worker = stage.worker();
  await worker.callboard.templates.load();
  await worker.callboard.groups.ensure(["Sales", "Admins"]);
  await worker.callboard.groups.addMembers("Sales", ["user-1"]);
  return worker;
}

function withoutText({ text, ...explanation }: MissingExplanation) {
  return explanation;
}

describe.each(storageKinds)("explainMissing() on $name", (kind) => {
  const stageTest = (title: string, run: (stage: Stage) => Promise<void>) =>
    test(title, onStage(kind, { people: 3 }, run));

  stageTest(
    "explainMissing() of who was queued gives the explanation of that, and what stands in the way",
    async (stage) => {
      const { callboard } = await desk(stage);
      const at = new Date("2026-01-01T08:00:00Z");
      const { batchId, queued } = await callboard.queueNotificationsToUsers({
        ...order,
        groupNames: ["Sales"],
        at,
      });
      const missing = await callboard.notifications.explainMissing({ batchId, userId: "user-1" });
      const explanation = await callboard.notifications.explain(queued[0]?.id ?? "");
      expect(withoutText(missing)).toEqual({ type: "queued", explanation });
      expect(missing.text).toBe(
        `Batch ${batchId} did queue a notification for user-1.\n${explanation?.text}`,
      );
      expect(missing.text).toMatch(/2026-01-01T08:00:00\.000Z {2}next {4}waits for its time$/);
    },
  );

  stageTest("explainMissing() of who was skipped says why, and what to do about it", async (stage) => {
    const { callboard } = await desk(stage);
    await callboard.contacts.save([{ userId: "user-2" }]);
    const { batchId, skipped } = await callboard.queueNotificationsToUsers({
      ...order,
      userIds: ["nobody", "user-2"],
    });
    const batch = await stage.storage.notifications.batch(batchId);
    for (const { userId, reason, hint } of skipped) {
      const missing = await callboard.notifications.explainMissing({ batchId, userId });
      expect(withoutText(missing)).toEqual({ type: "skipped", batch, reason, hint });
      expect(missing.text).toBe(`Batch ${batchId} did not tell ${userId} of order: ${reason}. "${hint}"`);
    }
    expect(skipped.map(({ reason }) => reason)).toEqual(["unknown-user", "no-contact"]);
  });

  stageTest(
    "explainMissing() of who was told under the same idempotency key explains that notification",
    async (stage) => {
      const { callboard } = await desk(stage);
      const keyed = { ...order, userIds: ["user-1"], idempotencyKey: "evt-7" };
      const first = await callboard.queueNotificationsToUsers(keyed);
      await stage.clock.advance(1_000);
      const { batchId } = await callboard.queueNotificationsToUsers(keyed);
      const missing = await callboard.notifications.explainMissing({ batchId, userId: "user-1" });
      const explanation = await callboard.notifications.explain(first.queued[0]?.id ?? "");
      const batch = await stage.storage.notifications.batch(batchId);
      expect(withoutText(missing)).toEqual({ type: "duplicate", batch, explanation });
      expect(missing.text).toBe(
        `Batch ${batchId} queued nothing for user-1: its idempotency key, evt-7, is that of batch ${first.batchId}, which queued this.\n${explanation?.text}`,
      );
    },
  );

  stageTest(
    "explainMissing() of a noted duplicate explains the notification that was there, or says that there was one",
    async (stage) => {
      const { callboard } = await desk(stage);
      const keyed = { ...order, userIds: ["user-1"], idempotencyKey: "evt-7" };
      await callboard.queueNotificationsToUsers(keyed);
      const { batchId } = await callboard.queueNotificationsToUsers(keyed);
      const noted = { reason: "duplicate", hint: "It was queued before." } as const;
      const people = ["user-1", "user-2"].map((userId) => ({ userId, ...noted }));
      await stage.storage.notifications.saveSkipped(batchId, people);
      const { notifications } = callboard;
      expect(await notifications.explainMissing({ batchId, userId: "user-1" })).toMatchObject({
        type: "duplicate",
      });
      expect(await notifications.explainMissing({ batchId, userId: "user-2" })).toMatchObject({
        type: "skipped",
        ...noted,
      });
    },
  );

  stageTest(
    "explainMissing() of who was neither named nor in a group says which groups were asked for",
    async (stage) => {
      const { callboard } = await desk(stage);
      const { batchId } = await callboard.queueNotificationsToUsers({
        ...order,
        groupNames: ["Sales", "Admins"],
      });
      const batch = await stage.storage.notifications.batch(batchId);
      const request = { batchId, userId: "user-3" };
      const before = await callboard.notifications.explainMissing(request);
      expect(withoutText(before)).toEqual({ type: "not-asked", batch, memberOf: [] });
      const asked = `Batch ${batchId} of 2026-01-01T00:00:00.000Z did not ask for user-3: it did not name them, and they were in none of Sales and Admins.`;
      expect(before.text).toBe(`${asked} ${elsewhere}`);
      await callboard.groups.addMembers("Admins", ["user-3"]);
      const after = await callboard.notifications.explainMissing(request);
      expect(withoutText(after)).toEqual({ type: "not-asked", batch, memberOf: ["Admins"] });
      expect(after.text).toBe(
        `${asked} They are in Admins now, and so came after it. Queue it for them by user id. ${elsewhere}`,
      );
    },
  );

  stageTest(
    "explainMissing() of who was not named says no more where no group was asked for",
    async (stage) => {
      const { callboard } = await desk(stage);
      const { batchId } = await callboard.queueNotificationsToUsers({ ...order, userIds: ["user-1"] });
      const missing = await callboard.notifications.explainMissing({ batchId, userId: "user-3" });
      expect(missing).toMatchObject({ type: "not-asked", memberOf: [] });
      expect(missing.text).toContain("did not ask for user-3: it did not name them. Nothing");
    },
  );

  stageTest(
    "explainMissing() finds who is in a large group now, and says of nobody that they are not",
    async (stage) => {
      const { callboard } = await desk(stage);
      const { batchId } = await callboard.queueNotificationsToUsers({ ...order, groupNames: ["Sales"] });
      const crowd = Array.from({ length: 1_500 }, (_, index) => `v${String(index).padStart(4, "0")}`);
      await callboard.groups.addMembers("Sales", [...crowd, "😀", "w"]);
      const memberOf = async (userId: string) => {
        const missing = await callboard.notifications.explainMissing({ batchId, userId });
        return missing.type === "not-asked" ? missing.memberOf : missing.type;
      };
      expect(await memberOf("v1499")).toEqual(["Sales"]);
      expect(await memberOf("v0750")).toEqual(["Sales"]);
      expect(await memberOf("😀x")).toEqual([]);
      // An id of one character gives no place to begin at, and more are asked for than one page holds.
      expect(await memberOf("w")).toBeNull();
      expect(await memberOf("stranger")).toBeNull();
    },
  );

  stageTest(
    "explainMissing() of a batch that never was, or was purged, says that there is none",
    async (stage) => {
      const worker = await stage.started();
      const { callboard } = worker;
      const { batchId } = await callboard.queueNotificationsToUsers({ ...order, userIds: ["user-1"] });
      await stage.clock.advance(0);
      await stage.stop(worker);
      await stage.clock.advance(2 * day);
      await callboard.notifications.purge({ olderThanMs: day });
      for (const id of [batchId, "never"]) {
        expect(await callboard.notifications.explainMissing({ batchId: id, userId: "user-1" })).toEqual({
          type: "unknown-batch",
          toldOthers: false,
          text: `There is no batch ${id}: check the id. Or it is older than what notifications.purge(...) keeps.`,
        });
      }
    },
  );

  stageTest(
    "explainMissing() of a batch without a record, whose notifications are there, says that nobody can tell",
    async (stage) => {
      const worker = await desk(stage);
      const known = await stage.get(await stage.queueOne(worker));
      await stage.storage.notifications.insertMany([{ ...known, id: "old", batchId: "old-batch" }]);
      const request = { batchId: "old-batch", userId: "user-2" };
      expect(await worker.callboard.notifications.explainMissing(request)).toEqual({
        type: "unknown-batch",
        toldOthers: true,
        text: "Batch old-batch told others, but is from before records of batches were kept: nobody can tell why it left them out.",
      });
      expect(
        await worker.callboard.notifications.explainMissing({ ...request, userId: "user-1" }),
      ).toMatchObject({ type: "queued", explanation: { batch: null } });
    },
  );

  stageTest("explainMissing() asks the store at most ten times, whoever is missing", async (stage) => {
    const worker = await desk(stage);
    const keyed = { ...order, userIds: ["user-1", "nobody"], idempotencyKey: "evt-7" };
    await worker.callboard.queueNotificationsToUsers(keyed);
    const { batchId } = await worker.callboard.queueNotificationsToUsers(keyed);
    const { storage, calls } = counted(stage.storage);
    const { notifications } = stage.worker({ storage, transport: fakeTransport("chat") }).callboard;
    for (const userId of ["user-1", "user-2", "nobody"]) {
      calls.clear();
      await notifications.explainMissing({ batchId, userId });
      expect([...calls.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
    }
  });

  test.each([
    [{ batchId: "", userId: "user-1" }, "batchId"],
    [{ batchId: "b-1", userId: "with \u0000 in it" }, "userId"],
    [{ batchId: "b-1" }, "userId"],
    [{ batchId: 7, userId: "user-1" }, "batchId"],
    [{ batchId: "b-1", userId: "user-1", user: "x" }, "user"],
  ])("explainMissing(%j) is refused, and says where", (request, option) =>
    onStage(kind, {}, async (stage) => {
      const { notifications } = stage.worker().callboard;
      await expect(notifications.explainMissing(request as never)).rejects.toMatchObject({
        name: "InvalidOptionsError",
        path: `notifications.explainMissing({ ${option} })`,
      });
    })(),
  );
});
