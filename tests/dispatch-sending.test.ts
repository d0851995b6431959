import { manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, chatTransport, onStage, peopleUpTo } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "two workers that race on one storage send each of 100 notifications once",
    onStage(kind, { people: 100 }, async (stage) => {
      const first = stage.worker({ dispatch: { concurrency: 7 } });
      const second = stage.worker({ dispatch: { concurrency: 11 } });
      await first.callboard.templates.load();
      await stage.queue(first, { people: 100 });
      await Promise.all([first.callboard.start(), second.callboard.start()]);
      await stage.until(async () => (await stage.counts()).sent === 100);
      const sent = [...first.transport.sent, ...second.transport.sent];
      expect(sent).toHaveLength(100);
      expect(new Set(sent.map(({ notificationId }) => notificationId)).size).toBe(100);
      expect(first.transport.sent.length).toBeGreaterThan(0);
      expect(second.transport.sent.length).toBeGreaterThan(0);
    }),
  );

  test(
    "dispatch keeps 50 sends in flight, and no more, until 500 notifications are sent",
    onStage(kind, { people: 500 }, async (stage) => {
      const answers: (() => void)[] = [];
      let inFlight = 0;
      let mostInFlight = 0;
      const transport = chatTransport(async ({ notificationId }) => {
        inFlight += 1;
        mostInFlight = Math.max(mostInFlight, inFlight);
        await new Promise<void>((resolve) => answers.push(resolve));
        inFlight -= 1;
        return { providerMessageId: `id-of-${notificationId}` };
      });
      const worker = await stage.started({ transport, dispatch: { concurrency: 50 } });
      await stage.queue(worker, { people: 500 });
      await stage.until(() => inFlight === 50);
      await stage.until(async () => {
        // In uneven bunches, so that hands come free at different times.
        for (const answer of answers.splice(0, 7)) answer();
        return (await stage.counts()).sent === 500;
      });
      expect(mostInFlight).toBe(50);
      const rows = await stage.all();
      expect(rows.every((row) => row.providerMessageId === `id-of-${row.id}`)).toBe(true);
      expect(rows.every((row) => row.attempts === 1)).toBe(true);
    }),
  );

  test(
    "dispatch with concurrency 1 sends one message after the other",
    onStage(kind, { people: 5 }, async (stage) => {
      const worker = await stage.started({ dispatch: { concurrency: 1 } });
      worker.transport.hold();
      await stage.queue(worker, { people: 5 });
      await stage.until(() => worker.transport.sent.length === 1);
      await stage.clock.advance(0);
      expect(worker.transport.sent).toHaveLength(1);
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 5);
      expect(worker.transport.sent).toHaveLength(5);
    }),
  );

  test(
    "dispatch sends high priority before normal, and normal before low, whenever they were queued",
    onStage(kind, { people: 4 }, async (stage) => {
      const worker = stage.worker({ dispatch: { concurrency: 1 } });
      const [low, normal, high, older] = peopleUpTo(4);
      await worker.callboard.templates.load();
      await stage.queue(worker, { userIds: [older!], priority: "normal" });
      await stage.clock.advance(10);
      await stage.queue(worker, { userIds: [low!], priority: "low" });
      await stage.queue(worker, { userIds: [normal!], priority: "normal" });
      await stage.clock.advance(10);
      await stage.queue(worker, { userIds: [high!], priority: "high" });
      await worker.callboard.start();
      await stage.until(() => worker.transport.sent.length === 4);
      const order = [3, 4, 2, 1].map(addressOf);
      expect(worker.transport.sent.map(({ to }) => to)).toEqual(order);
    }),
  );

  test(
    "a notification queued for a time to come is sent at that time, and not one millisecond before",
    onStage(kind, {}, async (stage) => {
      // No sweep comes near, so that the scheduler's ring is what sends it.
      const worker = await stage.started({ dispatch: { sweepMs: 100_000_000 } });
      const at = new Date(stage.clock.now().getTime() + 3_600_000);
      const id = await stage.queueOne(worker, { at });
      await stage.clock.advance(3_599_999);
      expect((await stage.get(id)).status).toBe("pending");
      expect(worker.transport.sent).toHaveLength(0);
      await stage.clock.advance(1);
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect((await stage.get(id)).sentAt).toEqual(at);
    }),
  );

  test(
    "a notification whose ring was lost is sent by the sweep, within sweepMs and a fifth of it being due",
    onStage(kind, {}, async (stage) => {
      const scheduler = manualScheduler();
      const worker = await stage.started({ scheduler, dispatch: { sweepMs: 5_000 } });
      const at = new Date(stage.clock.now().getTime() + 60_000);
      const id = await stage.queueOne(worker, { at });
      await stage.clock.advance(59_999);
      expect(worker.transport.sent).toHaveLength(0);
      await stage.clock.advance(6_001);
      expect((await stage.get(id)).status).toBe("sent");
    }),
  );

  test(
    "a notification that nobody sent before its expiresAt ends as expired and is never sent",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      await worker.callboard.templates.load();
      const expiresAt = new Date(stage.clock.now().getTime() + 60_000);
      const id = await stage.queueOne(worker, { expiresAt });
      await stage.clock.advance(60_000);
      const expired: string[] = [];
      worker.callboard.observe(
        "notification.expired",
        ({ notification }) => void expired.push(notification.id),
      );
      await worker.callboard.start();
      await stage.clock.advance(60_000);
      expect(await stage.get(id)).toMatchObject({
        status: "expired",
        expiredAt: expiresAt,
        nextAttemptAt: null,
      });
      expect(expired).toEqual([id]);
      expect(worker.transport.sent).toHaveLength(0);
    }),
  );

  test(
    "a retry that waits beyond expiresAt ends as expired and keeps why it was not sent",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.failNext({ failureClass: "retry", hint: "Wait.", retryAfterMs: 600_000 });
      const expiresAt = new Date(stage.clock.now().getTime() + 300_000);
      const id = await stage.queueOne(worker, { expiresAt });
      await stage.clock.advance(900_000);
      expect(await stage.get(id)).toMatchObject({
        status: "expired",
        failure: { hint: "Wait." },
        attempts: 1,
      });
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "each send has an attempt row, written before the transport is asked, that ends with its outcome",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      const [running] = await stage.attemptsOf(id);
      const { attemptId } = worker.transport.sent[0]!;
      expect(running).toMatchObject({ id: attemptId, endedAt: null, outcome: null, providerMessageId: null });
      await stage.clock.advance(700);
      worker.transport.release();
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(await stage.attemptsOf(id)).toMatchObject([
        { id: attemptId, outcome: "accepted", providerMessageId: "fake-1", durationMs: 700 },
      ]);
      expect(await stage.get(id)).toMatchObject({ attemptId, providerMessageId: "fake-1", attempts: 1 });
    }),
  );
});
