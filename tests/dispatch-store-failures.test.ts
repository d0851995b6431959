import { describe, expect, test, vi } from "vitest";
import { onStage, receipt, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const away = () => new Error("the store is away");

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a claim that fails is logged, and the next sweep sends what is due, once",
    onStage(kind, { people: 5 }, async (stage) => {
      let failures = 2;
      const storage = withVerbs(stage.storage, {
        claim: async (request) => {
          if (failures-- > 0) throw away();
          return stage.storage.notifications.claim(request);
        },
      });
      const worker = stage.worker({ storage });
      await worker.callboard.templates.load();
      await stage.queue(worker, { people: 5 });
      await worker.callboard.start();
      await stage.clock.advance(0);
      expect(stage.logger.entries).toMatchObject([
        { level: "error", message: "the sweep failed; the next one tries again", fields: { err: away() } },
      ]);
      expect(await stage.counts()).toEqual({ pending: 5 });
      await stage.clock.advance(2 * 6_000 + 1);
      expect(await stage.counts()).toEqual({ sent: 5 });
      expect(worker.transport.sent).toHaveLength(5);
    }),
  );

  test.each([
    { thrown: "an Error", error: away() },
    { thrown: "a TypeError", error: new TypeError("The database connection is not open") },
    { thrown: "a string", error: "gone" },
  ])("results that the store refuses with $thrown are stored later, and nothing is sent twice", ({ error }) =>
    onStage(kind, { people: 10 }, async (stage) => {
      let failures = 2;
      const storage = withVerbs(stage.storage, {
        record: async (results) => {
          if (failures-- > 0) throw error;
          return stage.storage.notifications.record(results);
        },
      });
      const worker = await stage.started({ storage });
      const sent: string[] = [];
      worker.callboard.observe("notification.sent", ({ notification }) => void sent.push(notification.id));
      const ids = await stage.queue(worker, { people: 10 });
      await stage.until(() => worker.transport.sent.length === 10);
      // The wait between the tries is on the machine's own clock.
      await vi.waitFor(async () => expect(await stage.counts()).toEqual({ sent: 10 }), { timeout: 10_000 });
      await vi.waitFor(() => expect(sent.toSorted()).toEqual(ids.toSorted()));
      expect(worker.transport.sent).toHaveLength(10);
      expect((await stage.all()).every(({ attempts, crashes }) => attempts === 1 && crashes === 0)).toBe(
        true,
      );
      expect(stage.logger.entries.map(({ level, message }) => [level, message])).toEqual(
        Array.from({ length: 2 }, () => ["warn", "results could not be stored; trying again"]),
      );
    })(),
  );

  test(
    "a worker that is stopped while the store takes no results gives up, and the message ends as uncertain, not lost",
    onStage(kind, {}, async (stage) => {
      const storage = withVerbs(stage.storage, { record: () => Promise.reject(away()) });
      const worker = await stage.started({ storage });
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      await stage.stop(worker, 1_000);
      expect(stage.logger.entries.at(-1)).toMatchObject({
        level: "error",
        message: "results were not stored; receipts or the uncertain policy will settle them",
      });
      expect(stage.clock.pendingTimers).toBe(0);
      const next = await stage.started();
      await stage.clock.advance(70_000);
      expect(await stage.get(id)).toMatchObject({ status: "uncertain", crashes: 1 });
      await stage.report(next, worker.transport.receipt("fake-1", "delivered"));
      expect((await stage.get(id)).status).toBe("delivered");
      expect(next.transport.sent).toHaveLength(0);
    }),
  );

  test(
    "rows whose attempts cannot be written nor handed back are sent once their lease is over",
    onStage(kind, {}, async (stage) => {
      let failures = 1;
      const storage = withVerbs(stage.storage, {
        startAttempts: async (attempts) => {
          if (failures > 0) throw away();
          return stage.storage.notifications.startAttempts(attempts);
        },
        settle: async (moves) => {
          if (failures-- > 0) throw away();
          return stage.storage.notifications.settle(moves);
        },
      });
      const worker = await stage.started({ storage });
      const id = await stage.queueOne(worker);
      await stage.clock.advance(59_999);
      expect(worker.transport.sent).toHaveLength(0);
      await stage.clock.advance(7_000);
      expect(await stage.get(id)).toMatchObject({ status: "sent", attempts: 1, uncertainties: 0 });
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "a row whose lease was lost between its claim and its attempt is not sent by the worker that lost it",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<void>();
      let isTaken = false;
      const storage = withVerbs(stage.storage, {
        // Once, or it might be the one that takes the row again.
        async claim(request) {
          const rows = isTaken ? [] : await stage.storage.notifications.claim(request);
          isTaken ||= rows.length > 0;
          return rows;
        },
        startAttempts: async (attempts) => {
          await store.promise;
          return stage.storage.notifications.startAttempts(attempts);
        },
      });
      const slow = await stage.started({ storage });
      const other = await stage.started();
      const id = await stage.queueOne(slow);
      await stage.until(async () => (await stage.get(id)).status === "sending");
      expect(other.transport.sent).toHaveLength(0);
      await stage.clock.advance(70_000);
      expect(other.transport.sent).toHaveLength(1);
      store.resolve();
      await stage.clock.advance(60_000);
      expect(slow.transport.sent).toHaveLength(0);
      expect(await stage.get(id)).toMatchObject({ status: "sent", crashes: 1 });
      expect(await stage.attemptsOf(id)).toHaveLength(1);
    }),
  );

  test(
    "early receipts that cannot be applied with the answer are applied by the next sweep, and the send is still told",
    onStage(kind, {}, async (stage) => {
      let failures = 1;
      const storage = withVerbs(stage.storage, {
        applyParked: async (request, reduce) => {
          if (request.providerMessageIds && failures-- > 0) throw away();
          return stage.storage.notifications.applyParked(request, reduce);
        },
      });
      const worker = await stage.started({ storage });
      const events: string[] = [];
      worker.callboard.observe("notification.sent", () => void events.push("sent"));
      worker.callboard.observe("notification.delivered", () => void events.push("delivered"));
      await stage.report(worker, receipt("fake-1", "delivered"));
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).status === "sent");
      await stage.clock.advance(0);
      expect(events).toEqual(["sent"]);
      expect(stage.logger.entries).toMatchObject([{ level: "warn", fields: { err: away() } }]);
      await stage.clock.advance(6_001);
      expect((await stage.get(id)).status).toBe("delivered");
      expect(events).toEqual(["sent", "delivered"]);
    }),
  );

  test(
    "a pause that cannot be stored is logged, and the row waits all the same",
    onStage(kind, {}, async (stage) => {
      const pauses = { ...stage.storage.pauses, pause: () => Promise.reject(away()) };
      const worker = await stage.started({ storage: { ...stage.storage, pauses } });
      worker.transport.failNext({ failureClass: "sender", hint: "Renew the token.", retryAfterMs: 60_000 });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.get(id)).failure !== null);
      expect(await stage.get(id)).toMatchObject({ status: "pending", attempts: 0 });
      expect(stage.logger.entries).toMatchObject([
        { level: "error", message: "a pause could not be stored", fields: { notificationId: id } },
      ]);
      await stage.clock.advance(70_000);
      expect((await stage.get(id)).status).toBe("sent");
    }),
  );

  test(
    "rows whose attempts cannot be written are handed back at once, and cost nothing",
    onStage(kind, { people: 3 }, async (stage) => {
      let failures = 1;
      const storage = withVerbs(stage.storage, {
        startAttempts: async (attempts) => {
          if (failures-- > 0) throw away();
          return stage.storage.notifications.startAttempts(attempts);
        },
      });
      const worker = await stage.started({ storage });
      await stage.queue(worker, { people: 3 });
      await stage.clock.advance(10);
      expect(await stage.counts()).toEqual({ pending: 3 });
      expect(worker.transport.sent).toEqual([]);
      await stage.clock.advance(6_001);
      expect(await stage.counts()).toEqual({ sent: 3 });
      expect((await stage.all()).map(({ crashes }) => crashes)).toEqual([0, 0, 0]);
    }),
  );

  test(
    "a pause that begins while the list of pauses is being read is seen by the next claim",
    onStage(kind, { people: 3 }, async (stage) => {
      const list = { holds: false, answer: Promise.withResolvers<void>() };
      const pauses: typeof stage.storage.pauses = {
        ...stage.storage.pauses,
        list: async () => {
          const known = await stage.storage.pauses.list();
          // Only the reading that is under way.
          if (list.holds) {
            list.holds = false;
            await list.answer.promise;
          }
          return known;
        },
      };
      const worker = await stage.started({ storage: { ...stage.storage, pauses } });
      worker.transport.hold();
      worker.transport.failNext({ failureClass: "sender", hint: "Renew the token.", retryAfterMs: 60_000 });
      await stage.queue(worker, { userIds: ["user-1"] });
      await stage.until(() => worker.transport.sent.length === 1);
      await stage.clock.advance(1_001);
      list.holds = true;
      await stage.queue(worker, { userIds: ["user-2"] });
      await stage.clock.advance(0);
      worker.transport.release();
      await stage.until(async () => (await stage.storage.pauses.list()).length === 1);
      list.answer.resolve();
      await stage.clock.advance(0);
      const sentBefore = worker.transport.sent.length;
      await stage.queue(worker, { userIds: ["user-3"] });
      await stage.clock.advance(0);
      expect(worker.transport.sent).toHaveLength(sentBefore);
    }),
  );
});
