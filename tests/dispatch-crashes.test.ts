import { fakeTransport, testClock } from "@callboard/testing";
import { describe, expect, test, vi } from "vitest";
import { onStage, receipt, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const minute = 60_000;
const workerVanished = "The worker stopped while this message was on its way.";

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a worker that dies in mid-send leaves the notification uncertain once its lease is over, and counts as a crash",
    onStage(kind, {}, async (stage) => {
      const { id, dead } = await dyingInMidSend(stage);
      const living = await stage.started();
      await stage.clock.advance(minute - 1);
      expect((await stage.get(id)).status).toBe("sending");
      await stage.clock.advance(7_000);
      expect(await stage.get(id)).toMatchObject({
        status: "uncertain",
        crashes: 1,
        attempts: 0,
        uncertainties: 0,
        failure: { failureClass: "uncertain", message: workerVanished },
      });
      await stage.clock.advance(3 * minute);
      expect(await stage.get(id)).toMatchObject({ status: "sent", crashes: 1, attempts: 1 });
      expect([dead.transport.sent.length, living.transport.sent.length]).toEqual([1, 1]);
      expect(await stage.attemptsOf(id)).toMatchObject([
        { outcome: null, endedAt: null },
        { outcome: "accepted" },
      ]);
    }),
  );

  test(
    "a receipt that carries the dead worker's attempt id settles the notification, and nobody is told twice",
    onStage(kind, {}, async (stage) => {
      const { id, dead } = await dyingInMidSend(stage);
      const living = await stage.started();
      await stage.clock.advance(minute + 7_000);
      const { attemptId } = dead.transport.sent[0]!;
      await stage.report(living, receipt("wamid-1", "delivered", { attemptId }));
      await stage.clock.advance(10 * minute);
      expect(await stage.get(id)).toMatchObject({ status: "delivered", providerMessageId: "wamid-1" });
      expect(living.transport.sent).toHaveLength(0);
    }),
  );

  test(
    "a worker that dies between its claim and its attempt delays the notification, which is then sent once",
    onStage(kind, {}, async (stage) => {
      const living = stage.worker();
      await living.callboard.templates.load();
      const id = await stage.queueOne(living);
      await claimAndDie(stage, "dead");
      await living.callboard.start();
      await stage.clock.advance(minute - 1);
      expect(living.transport.sent).toHaveLength(0);
      await stage.clock.advance(7_000);
      expect(await stage.get(id)).toMatchObject({
        status: "sent",
        crashes: 1,
        attempts: 1,
        uncertainties: 0,
      });
      expect(living.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "a notification whose workers die in mid-send four times in a row, without a receipt, is sent by the fifth",
    onStage(kind, {}, async (stage) => {
      const living = await stage.started();
      const pause = { channel: "chat", template: null, reason: "A test.", forMs: 600 * minute };
      await stage.storage.pauses.pause(pause);
      await stage.clock.advance(2_000);
      const id = await stage.queueOne(living);
      for (let crashes = 1; crashes <= 4; crashes += 1) {
        await claimAndDie(stage, `dead-${crashes}`, `attempt-${crashes}`);
        await stage.until(async () => (await stage.get(id)).crashes === crashes, { stepMs: 1_000 });
        expect((await stage.get(id)).status).toBe("uncertain");
        await stage.until(async () => (await stage.get(id)).status !== "uncertain", { stepMs: 1_000 });
      }
      await living.callboard.pauses.resume(pause);
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(await stage.get(id)).toMatchObject({ crashes: 4, attempts: 1 });
      expect(living.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "a notification in whose hold five workers died is quarantined as failed, and is not sent",
    onStage(kind, {}, async (stage) => {
      const living = await stage.started();
      const failed: string[] = [];
      living.callboard.observe(
        "notification.failed",
        ({ notification }) => void failed.push(notification.id),
      );
      // The living worker sweeps, but does not send.
      const pause = { channel: "chat", template: null, reason: "A test.", forMs: 60 * minute };
      await stage.storage.pauses.pause(pause);
      await stage.clock.advance(2_000);
      const id = await stage.queueOne(living);
      for (let crashes = 1; crashes <= 5; crashes += 1) {
        expect((await stage.get(id)).status).toBe("pending");
        await claimAndDie(stage, `dead-${crashes}`);
        await stage.until(async () => (await stage.get(id)).crashes === crashes, { stepMs: 1_000 });
      }
      expect(await stage.get(id)).toMatchObject({
        status: "failed",
        crashes: 5,
        attempts: 0,
        nextAttemptAt: null,
        failure: {
          failureClass: "quarantined",
          message: "5 workers died or froze in the middle of this notification.",
          hint: "Read the workers' logs around its attempts, mend the cause, then replay it.",
        },
      });
      expect(failed).toEqual([id]);
      await stage.storage.pauses.resume(pause);
      await stage.clock.advance(60 * minute);
      expect(living.transport.sent).toHaveLength(0);
    }),
  );

  test(
    "of notifications that several workers died holding, a process sends one at a time, and all in the end",
    onStage(kind, { people: 6 }, async (stage) => {
      const queueing = stage.worker();
      await queueing.callboard.templates.load();
      const suspects = await stage.queue(queueing, { people: 5 });
      for (let crash = 1; crash <= 3; crash += 1) {
        const { storage } = stage;
        const sweeping = await stage.started({
          storage: withVerbs(storage, { claim: async () => [] }),
        });
        await dieHolding(stage, `dead-${crash}`);
        await stage.until(async () => (await stage.all()).every(({ crashes }) => crashes === crash), {
          stepMs: 1_000,
        });
        await stage.stop(sweeping);
      }
      const worker = stage.worker();
      worker.transport.hold();
      await worker.callboard.start();
      const healthy = await stage.queueOne(worker, { userIds: ["user-6"] });
      await stage.clock.advance(10_000);
      const sent = () => worker.transport.sent.map(({ notificationId }) => notificationId);
      expect(sent().filter((id) => suspects.includes(id))).toHaveLength(1);
      expect(sent()).toContain(healthy);
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 6, { stepMs: 1_000 });
      expect(new Set(sent()).size).toBe(sent().length);
    }),
  );

  test(
    "heartbeats keep the lease of a notification whose result cannot be stored for longer than leaseMs",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<void>();
      const storage = withVerbs(stage.storage, {
        record: async (results) => {
          await store.promise;
          return stage.storage.notifications.record(results);
        },
      });
      const slow = await stage.started({ storage });
      const other = await stage.started();
      const id = await stage.queueOne(slow);
      await stage.until(() => slow.transport.sent.length + other.transport.sent.length === 1);
      expect(slow.transport.sent).toHaveLength(1);
      await stage.clock.advance(10 * minute);
      expect(await stage.get(id)).toMatchObject({ status: "sending", crashes: 0 });
      store.resolve();
      await stage.until(async () => (await stage.get(id)).status === "sent");
      expect(other.transport.sent).toHaveLength(0);
    }),
  );

  test(
    "heartbeats that fail are logged and made again, and a lease that is renewed in time is not lost",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<void>();
      let failures = 2;
      const storage = withVerbs(stage.storage, {
        record: async (results) => {
          await store.promise;
          return stage.storage.notifications.record(results);
        },
        renew: async (lease) => {
          if (failures-- > 0) throw new Error("the store is away");
          return stage.storage.notifications.renew(lease);
        },
      });
      const slow = await stage.started({ storage, dispatch: { leaseMs: 60_000, heartbeatMs: 10_000 } });
      const id = await stage.queueOne(slow);
      await stage.clock.advance(5 * minute);
      expect((await stage.get(id)).status).toBe("sending");
      expect(stage.logger.entries.filter(({ message }) => message.includes("renewed"))).toHaveLength(2);
      store.resolve();
      await stage.until(async () => (await stage.get(id)).status === "sent");
    }),
  );

  test(
    "a heartbeat that is under way while all sends end and others begin leaves no second heartbeat behind",
    onStage(kind, { people: 2 }, async (stage) => {
      const answer = Promise.withResolvers<void>();
      let renewals = 0;
      const storage = withVerbs(stage.storage, {
        renew: async (lease) => {
          renewals += 1;
          await answer.promise;
          return stage.storage.notifications.renew(lease);
        },
      });
      const worker = await stage.started({ storage, dispatch: { heartbeatMs: 5_000 } });
      worker.transport.hold();
      await stage.queue(worker);
      await stage.until(() => renewals === 1, { stepMs: 1_000 });
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 1);
      worker.transport.hold();
      await stage.queue(worker);
      await stage.until(() => worker.transport.sent.length === 2);
      answer.resolve();
      await stage.clock.advance(0);
      worker.transport.release();
      await stage.until(async () => (await stage.counts()).sent === 2);
      await stage.stop(worker);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "a worker that answers after it lost its lease changes nothing, but its message id is kept on its attempt",
    onStage(kind, {}, async (stage) => {
      const { id, dead } = await dyingInMidSend(stage);
      const living = await stage.started();
      await stage.clock.advance(minute + 7_000);
      const row = await stage.get(id);
      expect(row.status).toBe("uncertain");
      const events: string[] = [];
      dead.callboard.observe("notification.sent", ({ notification }) => void events.push(notification.id));
      dead.transport.release();
      await vi.waitFor(async () => expect((await stage.attemptsOf(id))[0]!.outcome).toBe("accepted"));
      expect(await stage.get(id)).toEqual(row);
      expect(events).toEqual([]);
      expect(await stage.attemptsOf(id)).toMatchObject([{ providerMessageId: "fake-1" }]);
      await stage.report(living, receipt("fake-1", "delivered"));
      expect(await stage.get(id)).toMatchObject({ status: "delivered", providerMessageId: "fake-1" });
    }),
  );

  test(
    "a late answer does not undo what another worker has sent meanwhile, and receipts of either attempt count",
    onStage(kind, {}, async (stage) => {
      const { id, dead } = await dyingInMidSend(stage);
      const transport = fakeTransport("chat", { clock: stage.clock });
      const send: typeof transport.send = async (message, options) => {
        await transport.send(message, options);
        return { providerMessageId: "second" };
      };
      const living = await stage.started({ transport: { ...transport, send } });
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      const row = await stage.get(id);
      dead.transport.release();
      await vi.waitFor(async () => expect((await stage.attemptsOf(id))[0]!.outcome).toBe("accepted"));
      expect(await stage.get(id)).toEqual(row);
      await stage.report(living, receipt("fake-1", "read"));
      expect((await stage.get(id)).status).toBe("read");
      await stage.report(living, receipt("second", "delivered"));
      expect((await stage.get(id)).status).toBe("read");
    }),
  );
});

/** A worker that stands still, as a process that was stopped or killed does, while its send is under way. */
async function dyingInMidSend(stage: Stage): Promise<{ id: string; dead: Worker }> {
  const frozen = testClock(stage.clock.now());
  const dead = await stage.started({ clock: frozen });
  dead.transport.hold();
  const id = await stage.queueOne(dead);
  await frozen.advance(0);
  if (dead.transport.sent.length !== 1) throw new Error("The worker died before it sent.");
  return { id, dead };
}

/** What a worker leaves behind that dies right after it has claimed everything. */
async function dieHolding(stage: Stage, token: string): Promise<void> {
  const priorities = ["normal"] as const;
  const request = { token, leaseMs: minute, channels: ["chat"], pausedTemplates: [], priorities, limit: 10 };
  await stage.storage.notifications.claim(request);
}

/** What a worker leaves behind that dies right after its claim, or in mid-send, when it has started an attempt. */
async function claimAndDie(stage: Stage, leaseToken: string, attemptId?: string): Promise<void> {
  const lease = { token: leaseToken, leaseMs: minute };
  const priorities = ["normal"] as const;
  const request = { ...lease, channels: ["chat"], pausedTemplates: [], priorities, limit: 10 };
  const claimed = await stage.storage.notifications.claim(request);
  if (claimed.length !== 1) throw new Error(`The worker claimed ${claimed.length} rows instead of one.`);
  if (attemptId === undefined) return;
  const attempts = claimed.map(({ id }) => ({ id: attemptId, notificationId: id, leaseToken }));
  await stage.storage.notifications.startAttempts(attempts);
}
