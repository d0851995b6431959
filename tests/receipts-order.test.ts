import type { Notification } from "@callboard/core";
import type { Receipt } from "@callboard/core/adapter";
import { describe, expect, test } from "vitest";
import { onStage, receipt, type Stage, type Worker } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

type Status = Exclude<Receipt["status"], "acknowledged">;

const minute = 60_000;
const times: Record<Status, Date> = {
  sent: new Date("2026-01-01T00:01:00Z"),
  delivered: new Date("2026-01-01T00:02:00Z"),
  read: new Date("2026-01-01T00:03:00Z"),
  failed: new Date("2026-01-01T00:04:00Z"),
};
const allOrders = permutations<Status>(["sent", "delivered", "read", "failed"]);

describe.each(storageKinds)("on $name", (kind) => {
  test.each(allOrders.map((order) => ({ order, title: order.join(", ") })))(
    "receipts in the order $title, each twice, end as read with the times of the first of each",
    ({ order }) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        const [id, acceptedAt] = await sentOne(stage, worker);
        const seen: Notification[] = [];
        for (const status of order) {
          await stage.report(worker, receipt("fake-1", status, { occurredAt: times[status] }));
          seen.push(await stage.get(id));
          await stage.report(
            worker,
            receipt("fake-1", status, { occurredAt: new Date("2026-01-05T00:00:00Z") }),
          );
          expect(await stage.get(id)).toEqual(seen.at(-1));
        }
        expectMonotonic(seen);
        expect(seen.at(-1)).toMatchObject({
          status: "read",
          sentAt: acceptedAt,
          deliveredAt: times.delivered,
          readAt: times.read,
          failure: null,
          attempts: 1,
          nextAttemptAt: null,
        });
        await stage.clock.advance(10 * minute);
        expect(worker.transport.sent).toHaveLength(1);
      })(),
  );

  test.each(allOrders.map((order) => ({ order, title: order.join(", ") })))(
    "one webhook with receipts in the order $title ends as read, before and after the answer",
    ({ order }) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        const [id] = await sentOne(stage, worker);
        const inOrder = order.map((status) => receipt("fake-1", status, { occurredAt: times[status] }));
        await stage.report(worker, ...inOrder);
        const ended = { status: "read", deliveredAt: times.delivered, readAt: times.read, attempts: 1 };
        expect(await stage.get(id)).toMatchObject(ended);
        worker.transport.hold();
        const early = await stage.queueOne(worker);
        await stage.until(() => worker.transport.sent.length === 2);
        const { attemptId } = worker.transport.sent[1]!;
        await stage.report(
          worker,
          ...inOrder.map((one) => ({ ...one, providerMessageId: "fake-2", attemptId })),
        );
        expect(await stage.get(early)).toMatchObject(ended);
      })(),
  );

  test.each([
    { order: ["sent", "failed"] as const, when: "after the answer" },
    { order: ["failed", "sent"] as const, when: "after the answer" },
    { order: ["sent", "failed"] as const, when: "before the answer" },
    { order: ["failed", "sent"] as const, when: "before the answer" },
  ])("receipts of $order.0 and then $order.1 that come $when end as failed", ({ order, when }) =>
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      if (when === "before the answer") worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      if (when === "after the answer") await stage.until(async () => (await stage.get(id)).status === "sent");
      const { attemptId } = worker.transport.sent[0]!;
      for (const status of order) await stage.report(worker, receipt("fake-1", status, { attemptId }));
      const failed = { status: "failed", attempts: 1, failure: { providerCode: "131026", hint: "Ask." } };
      expect(await stage.get(id)).toMatchObject(failed);
      worker.transport.release();
      await stage.until(async () => (await stage.attemptsOf(id))[0]!.outcome === "accepted");
      expect(await stage.get(id)).toMatchObject(failed);
    })(),
  );

  test(
    "a late receipt of sent does not stop the retry that a failed one has begun",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const [id] = await sentOne(stage, worker);
      await stage.report(worker, failedAs("fake-1", "retry"));
      await stage.report(worker, receipt("fake-1", "sent"));
      expect(await stage.get(id)).toMatchObject({ status: "pending", attempts: 1 });
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(await stage.get(id)).toMatchObject({ attempts: 2, providerMessageId: "fake-2" });
      expect(worker.transport.sent).toHaveLength(2);
    }),
  );

  test(
    "a late receipt of sent for the first attempt does not hide that the second one fails",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const [id] = await sentOne(stage, worker);
      await stage.report(worker, failedAs("fake-1", "retry"));
      worker.transport.hold();
      worker.transport.failNext({ failureClass: "permanent-recipient", hint: "Ask." });
      await stage.until(() => worker.transport.sent.length === 2, { stepMs: 1_000 });
      await stage.report(worker, receipt("fake-1", "sent"));
      worker.transport.release();
      await stage.until(async () => (await stage.get(id)).status === "failed");
    }),
  );

  test.each([
    { failureClass: "permanent-recipient", status: "failed", dueInMs: null },
    { failureClass: "permanent-request", status: "failed", dueInMs: null },
    { failureClass: "retry-later", status: "pending", dueInMs: 24 * 60 * minute },
    // The pause holds them back, once every process has noticed it.
    { failureClass: "sender", status: "pending", dueInMs: 2_000 },
    { failureClass: "template", status: "pending", dueInMs: 2_000 },
    { failureClass: "uncertain", status: "uncertain", dueInMs: 2 * minute },
  ] as const)(
    "a failed receipt of class $failureClass after sent makes the notification $status",
    ({ failureClass, status, dueInMs }) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        const [id, acceptedAt] = await sentOne(stage, worker);
        await stage.report(worker, failedAs("fake-1", failureClass));
        const { nextAttemptAt, ...row } = await stage.get(id);
        expect(row).toMatchObject({ status, failure: { failureClass, hint: "A hint." }, sentAt: acceptedAt });
        expect(nextAttemptAt && nextAttemptAt.getTime() - stage.clock.now().getTime()).toBe(dueInMs);
      })(),
  );

  test(
    "a failed receipt of class retry after sent makes the notification wait, and be sent again",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const [id, acceptedAt] = await sentOne(stage, worker);
      await stage.report(worker, failedAs("fake-1", "retry"));
      const row = await stage.get(id);
      expect(row).toMatchObject({ status: "pending", attempts: 1, failure: { failureClass: "retry" } });
      const waitMs = row.nextAttemptAt!.getTime() - stage.clock.now().getTime();
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(10_000);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(await stage.get(id)).toMatchObject({ attempts: 2, sentAt: acceptedAt });
    }),
  );

  test(
    "a message that is accepted and then fails by receipt, again and again, is given up after maxAttempts",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ policy: { maxAttempts: 4 } });
      const [id] = await sentOne(stage, worker);
      for (let attempt = 1; attempt <= 4; attempt += 1) {
        await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
        await stage.report(worker, failedAs(`fake-${attempt}`, "retry"));
      }
      expect(await stage.get(id)).toMatchObject({ status: "failed", attempts: 4 });
      expect(worker.transport.sent).toHaveLength(4);
    }),
  );

  test.each([
    { failureClass: "sender", event: "channel.paused", scope: { channel: "chat" } },
    { failureClass: "template", event: "template.paused", scope: { channel: "chat", template: "order" } },
  ] as const)(
    "failed receipts of class $failureClass pause what they speak of, with one alarm for all of them",
    ({ failureClass, event: name, scope }) =>
      onStage(kind, { people: 5 }, async (stage) => {
        const worker = await stage.started();
        const alarms: unknown[] = [];
        worker.callboard.observe(name, (event) => void alarms.push(event));
        const ids = await stage.queue(worker, { people: 5 });
        await stage.until(async () => (await stage.counts()).sent === 5);
        await stage.report(worker, failedAs("fake-1", failureClass), failedAs("fake-2", failureClass));
        await stage.report(worker, failedAs("fake-3", failureClass));
        expect(alarms).toEqual([{ ...scope, reason: "It failed. A hint.", forMs: minute }]);
        await stage.clock.advance(1_001);
        const waiting = await stage.queueOne(worker);
        await stage.clock.advance(50_000);
        expect((await stage.get(waiting)).status).toBe("pending");
        expect(worker.transport.sent).toHaveLength(5);
        await stage.clock.advance(2 * minute);
        for (const id of [...ids, waiting]) expect((await stage.get(id)).status).toBe("sent");
        expect(await worker.callboard.pauses.list()).toEqual([]);
      })(),
  );

  test.each(["delivered", "read"] as const)("a failed receipt after %s changes nothing", (status) =>
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const [id] = await sentOne(stage, worker);
      await stage.report(worker, receipt("fake-1", status));
      const row = await stage.get(id);
      for (const failureClass of ["retry", "sender", "permanent-recipient"] as const) {
        await stage.report(worker, failedAs("fake-1", failureClass));
      }
      expect(await stage.get(id)).toEqual(row);
      expect(await worker.callboard.pauses.list()).toEqual([]);
    })(),
  );

  test.each(["sent", "delivered", "read"] as const)(
    "a receipt of %s for an attempt that seemed to have failed ends the retry that waits",
    (status) =>
      onStage(kind, {}, async (stage) => {
        const worker = await stage.started();
        worker.transport.failNext({ failureClass: "retry", hint: "Wait.", retryAfterMs: minute });
        const id = await stage.queueOne(worker);
        await stage.until(async () => (await stage.get(id)).attempts === 1);
        const { attemptId } = worker.transport.sent[0]!;
        await stage.report(worker, receipt("wamid-1", status, { attemptId }));
        expect(await stage.get(id)).toMatchObject({ status, nextAttemptAt: null, failure: null });
        await stage.clock.advance(10 * minute);
        expect(worker.transport.sent).toHaveLength(1);
      })(),
  );

  test(
    "a receipt of delivered for an earlier attempt ends the retry that waits after a later one",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ policy: { uncertainWaitMs: 10_000 } });
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      worker.transport.failNext({ failureClass: "retry", hint: "Wait.", retryAfterMs: minute });
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 2, { stepMs: 1_000 });
      await stage.until(async () => (await stage.get(id)).attempts === 1);
      await stage.report(worker, worker.transport.receipt("fake-1", "delivered"));
      expect((await stage.get(id)).status).toBe("delivered");
      await stage.clock.advance(10 * minute);
      expect(worker.transport.sent).toHaveLength(2);
    }),
  );

  test(
    "a failed receipt for an earlier attempt changes nothing",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ policy: { uncertainWaitMs: 10_000 } });
      worker.transport.failNext({ failureClass: "uncertain", hint: "Wait." });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      const row = await stage.get(id);
      await stage.report(worker, worker.transport.receipt("fake-1", "failed"));
      expect(await stage.get(id)).toEqual(row);
    }),
  );
});

/** Sends one message; returns its notification and when it was accepted. */
async function sentOne(stage: Stage, worker: Worker): Promise<[string, Date]> {
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "sent");
  return [id, stage.clock.now()];
}

function failedAs(
  providerMessageId: string,
  failureClass: NonNullable<Receipt["failure"]>["failureClass"],
): Receipt {
  const failure = { failureClass, providerCode: "1", message: "It failed.", hint: "A hint." };
  return receipt(providerMessageId, "failed", { failure });
}

/** Nothing that has been seen is taken back. */
function expectMonotonic(seen: readonly Notification[]): void {
  const strength: Partial<Record<string, number>> = { delivered: 2, read: 3 };
  for (const [index, row] of seen.entries()) {
    const before = seen[index - 1];
    if (!before) continue;
    expect(strength[row.status] ?? 0).toBeGreaterThanOrEqual(strength[before.status] ?? 0);
    for (const stamp of ["sentAt", "deliveredAt", "readAt"] as const) {
      if (before[stamp]) expect(row[stamp]).toEqual(before[stamp]);
    }
  }
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
