import { LifecycleError } from "@callboard/core";
import { manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, chatTransport, onStage, receipt, type Stage, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "stop() waits for what is in flight, claims nothing more, and leaves no timer",
    onStage(kind, { people: 4 }, async (stage) => {
      const worker = await stage.started({ dispatch: { concurrency: 4 } });
      worker.transport.hold();
      await stage.queue(worker, { people: 3 });
      await stage.until(() => worker.transport.sent.length === 3);
      const stopping = settling(worker.callboard.stop({ drainMs: 10_000 }));
      const later = await stage.queueOne(worker, { userIds: ["user-4"] });
      await stage.clock.advance(9_999);
      expect(stopping.isSettled).toBe(false);
      worker.transport.release();
      await stage.until(() => stopping.isSettled);
      expect(await stage.counts()).toEqual({ sent: 3, pending: 1 });
      expect(stage.clock.pendingTimers).toBe(0);
      await stage.clock.advance(600_000);
      expect((await stage.get(later)).status).toBe("pending");
      expect(worker.transport.sent).toHaveLength(3);
    }),
  );

  test(
    "stop() hands back what it claimed a moment before, untouched, for the next start",
    onStage(kind, { people: 3 }, async (stage) => {
      const store = Promise.withResolvers<void>();
      const storage = withVerbs(stage.storage, {
        claim: async (request) => {
          const rows = await stage.storage.notifications.claim(request);
          if (rows.length > 0) await store.promise;
          return rows;
        },
      });
      const worker = await stage.started({ storage });
      await stage.queue(worker, { people: 3 });
      await stage.until(async () => (await stage.counts()).sending === 3);
      const stopping = settling(worker.callboard.stop());
      store.resolve();
      await stage.until(() => stopping.isSettled);
      expect(await stage.counts()).toEqual({ pending: 3 });
      expect((await stage.all()).every(({ crashes, attempts }) => crashes + attempts === 0)).toBe(true);
      await worker.callboard.start();
      await stage.until(async () => (await stage.counts()).sent === 3);
      expect(worker.transport.sent).toHaveLength(3);
    }),
  );

  test(
    "stop() aborts sends after drainMs, and stores what they say",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.hold();
      const id = await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      const stopping = settling(worker.callboard.stop({ drainMs: 5_000 }));
      await stage.clock.advance(4_999);
      expect((await stage.get(id)).status).toBe("sending");
      await stage.clock.advance(1);
      await stage.until(() => stopping.isSettled);
      expect(await stage.get(id)).toMatchObject({
        status: "uncertain",
        failure: { message: "The fake transport was aborted before it answered." },
      });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "stop() gives up a send that ignores its signal, leaves it uncertain, and leaves no timer",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started({ transport: chatTransport(() => new Promise(() => {})) });
      const id = await stage.queueOne(worker);
      await stage.until(async () => (await stage.attemptsOf(id)).length === 1);
      const stopping = settling(worker.callboard.stop({ drainMs: 1_000 }));
      await stage.clock.advance(1_500);
      await stage.until(() => stopping.isSettled);
      expect(await stage.get(id)).toMatchObject({
        status: "uncertain",
        failure: { message: "The process stopped before the provider answered." },
      });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "stop() aborts a send at once that begins only after drainMs, because the store was slow",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<void>();
      const storage = withVerbs(stage.storage, {
        startAttempts: async (attempts) => {
          await store.promise;
          return stage.storage.notifications.startAttempts(attempts);
        },
      });
      const signals: boolean[] = [];
      const transport = chatTransport((_, { signal }) => {
        signals.push(signal.aborted);
        return new Promise(() => {});
      });
      const worker = await stage.started({ storage, transport });
      await stage.queue(worker);
      await stage.until(async () => (await stage.counts()).sending === 1);
      const stopping = settling(worker.callboard.stop({ drainMs: 1_000 }));
      await stage.clock.advance(1_500);
      store.resolve();
      await stage.clock.advance(500);
      expect(signals).toEqual([true]);
      expect(stopping.isSettled).toBe(true);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "stop() after a claim that fails at that moment resolves all the same, and lets go of the transports",
    onStage(kind, {}, async (stage) => {
      const store = Promise.withResolvers<never>();
      const claims: string[] = [];
      const storage = withVerbs(stage.storage, {
        claim: async ({ token }) => {
          claims.push(token);
          return store.promise;
        },
      });
      let isClosed = false;
      const transport = chatTransport(async () => ({ providerMessageId: null }));
      const close = async () => {
        isClosed = true;
      };
      const worker = await stage.started({ storage, transport: { ...transport, close } });
      await stage.until(() => claims.length > 0);
      const stopping = settling(worker.callboard.stop());
      store.reject(new Error("the store is away"));
      await stage.until(() => stopping.isSettled);
      expect(stopping.error).toBeNull();
      expect(isClosed).toBe(true);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "stop() called twice at once resolves for both when what is in flight has ended",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      worker.transport.hold();
      await stage.queue(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      const stops = [settling(worker.callboard.stop()), settling(worker.callboard.stop())];
      await stage.clock.advance(1_000);
      expect(stops.map(({ isSettled }) => isSettled)).toEqual([false, false]);
      worker.transport.release();
      await stage.until(() => stops.every(({ isSettled }) => isSettled));
      await worker.callboard.stop();
      expect(stops.map(({ error }) => error)).toEqual([null, null]);
      expect(await stage.counts()).toEqual({ sent: 1 });
    }),
  );

  test(
    "stop() of a Callboard that was never started resolves",
    onStage(kind, {}, async (stage) => {
      await expect(stage.worker().callboard.stop()).resolves.toBeUndefined();
    }),
  );

  test(
    "start() after stop() sends again",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      await stage.queue(worker);
      await stage.until(async () => (await stage.counts()).sent === 1);
      await stage.stop(worker);
      await stage.queue(worker);
      await stage.clock.advance(60_000);
      expect(await stage.counts()).toEqual({ sent: 1, pending: 1 });
      await worker.callboard.start();
      await stage.until(async () => (await stage.counts()).sent === 2);
      await stage.stop(worker);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "start() during stop() begins when that has ended",
    onStage(kind, { people: 2 }, async (stage) => {
      const calls: string[] = [];
      const base = chatTransport(async () => ({ providerMessageId: null }));
      const answer = Promise.withResolvers<void>();
      const transport = {
        ...base,
        send: async () => {
          calls.push("send");
          if (calls.length === 1) await answer.promise;
          return { providerMessageId: null };
        },
        close: async () => void calls.push("close"),
      };
      const worker = await stage.started({ transport });
      await stage.queue(worker);
      await stage.until(() => calls.length === 1);
      const stopping = settling(worker.callboard.stop());
      const starting = settling(worker.callboard.start());
      await stage.queue(worker, { userIds: ["user-2"] });
      await stage.clock.advance(10_000);
      expect([calls, stopping.isSettled, starting.isSettled]).toEqual([["send"], false, false]);
      answer.resolve();
      await stage.until(async () => (await stage.counts()).sent === 2);
      expect(calls).toEqual(["send", "close", "send"]);
      expect(starting.error).toBeNull();
    }),
  );

  test(
    "start() twice is a LifecycleError that names the cure, and the first start goes on",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      await expect(worker.callboard.start()).rejects.toThrow(LifecycleError);
      await expect(worker.callboard.start()).rejects.toThrow("Call stop() before starting it again.");
      await stage.queue(worker);
      await stage.until(async () => (await stage.counts()).sent === 1);
    }),
  );

  test(
    "stop() during start() ends with everything stopped",
    onStage(kind, {}, async (stage) => {
      const worker = stage.worker();
      await worker.callboard.templates.load();
      await stage.queue(worker);
      const started = worker.callboard.start();
      await stage.stop(worker);
      await started;
      const { length } = worker.transport.sent;
      expect(stage.clock.pendingTimers).toBe(0);
      await stage.queue(worker);
      await stage.clock.advance(60_000);
      expect(worker.transport.sent).toHaveLength(length);
      await worker.callboard.start();
      await stage.until(async () => (await stage.counts()).sent === 2);
    }),
  );

  test(
    "start() that fails says why, leaves no timer, and can be called again",
    onStage(kind, {}, async (stage) => {
      const scheduler = manualScheduler();
      let failures = 1;
      const start: typeof scheduler.start = async (handlers) => {
        if (failures-- > 0) throw new Error("Redis is away");
        await scheduler.start(handlers);
      };
      const worker = stage.worker({ scheduler: { ...scheduler, start } });
      await expect(worker.callboard.start()).rejects.toThrow("Redis is away");
      expect(stage.clock.pendingTimers).toBe(0);
      await worker.callboard.start();
      await stage.queue(worker);
      await stage.clock.advance(6_001);
      expect(await stage.counts()).toEqual({ sent: 1 });
    }),
  );

  test.each([
    {
      how: "throws",
      listener: () => {
        throw new Error("the listener broke");
      },
    },
    { how: "rejects", listener: () => Promise.reject(new Error("the listener broke")) },
  ])(
    "a listener that $how is logged, and changes nothing for the notification or other listeners",
    ({ listener }) =>
      onStage(kind, { people: 3 }, async (stage) => {
        const worker = await stage.started();
        const seen: string[] = [];
        worker.callboard.observe("notification.sent", listener);
        worker.callboard.observe("notification.sent", ({ notification }) => void seen.push(notification.id));
        const ids = await stage.queue(worker, { people: 3 });
        await stage.until(async () => (await stage.counts()).sent === 3);
        expect(seen.toSorted()).toEqual(ids.toSorted());
        expect(stage.logger.entries).toEqual(
          Array.from({ length: 3 }, () => ({
            level: "error",
            message: "a lifecycle listener failed",
            fields: { event: "notification.sent", err: new Error("the listener broke") },
          })),
        );
      })(),
  );

  test(
    "a listener that is taken away hears nothing more",
    onStage(kind, {}, async (stage) => {
      const worker = await stage.started();
      const seen: string[] = [];
      const stopListening = worker.callboard.observe("notification.sent", () => void seen.push("sent"));
      await stage.queue(worker);
      await stage.until(() => seen.length === 1);
      stopListening();
      await stage.queue(worker);
      await stage.until(async () => (await stage.counts()).sent === 2);
      expect(seen).toHaveLength(1);
    }),
  );

  test(
    "nothing that is logged in good and bad times holds a text, an address or a person's id",
    onStage(kind, { people: 8 }, async (stage) => {
      await livingThroughEverything(stage);
      const text = stage.logger.text();
      // The log is not empty: each kind of trouble has left its line.
      expect(text).toContain("sending is paused");
      expect(text).toContain("results could not be stored");
      expect(text).toContain("the sweep failed");
      expect(text).not.toContain("SECRET-7");
      expect(text).not.toContain("awaits you");
      for (let number = 1; number <= 8; number += 1) {
        expect(text).not.toContain(addressOf(number));
        expect(text).not.toContain(`user-${number}`);
      }
    }),
  );
});

/** Every kind of failure, of the store and of the provider, with a text and addresses that can be searched for. */
async function livingThroughEverything(stage: Stage): Promise<void> {
  let trouble = 0;
  const failing = <Args extends unknown[], Result>(verb: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (trouble-- > 0) throw new Error("the store is away");
      return verb(...args);
    };
  };
  const { claim, record, startAttempts, applyReceipts, findOverdue } = stage.storage.notifications;
  const storage = withVerbs(stage.storage, {
    claim: failing(claim),
    record: failing(record),
    startAttempts: failing(startAttempts),
    applyReceipts: failing(applyReceipts),
    findOverdue: failing(findOverdue),
  });
  const worker = await stage.started({ storage });
  worker.callboard.observe("notification.sent", ({ notification }) => {
    throw new Error(`no room for ${notification.id}`);
  });
  const context = { order: "SECRET-7" };
  const classes = [
    "retry",
    "retry-later",
    "permanent-recipient",
    "permanent-request",
    "template",
    "uncertain",
  ] as const;
  for (const failureClass of classes) {
    worker.transport.failNext({ failureClass, providerCode: "1", hint: "Wait." });
  }
  await stage.queue(worker, { people: 8, context });
  await stage.until(async () => (await stage.counts()).sent === 2);
  await stage.report(worker, receipt("fake-7", "delivered"), receipt("unknown", "read"));
  worker.transport.failNext({ failureClass: "sender", hint: "Renew the token.", retryAfterMs: 1_000 });
  await stage.queue(worker, { userIds: ["user-1"], context, template: "invoice" });
  await stage.until(() => stage.logger.text().includes("sending is paused"));
  trouble = 2;
  await stage.clock.advance(60_000);
  await stage.until(async () => (await stage.counts()).sending === undefined, { stepMs: 1_000 });
  worker.transport.hold();
  await stage.queue(worker, { userIds: ["user-2"], context, template: "invoice" });
  await stage.until(async () => (await stage.counts()).sending === 1, { stepMs: 100 });
  trouble = 1;
  worker.transport.release();
  await stage.until(() => stage.logger.text().includes("results could not be stored"));
  await stage.stop(worker, 30_000);
}

/** A promise whose end can be looked at. */
function settling(promise: Promise<unknown>): { isSettled: boolean; error: unknown } {
  const state: { isSettled: boolean; error: unknown } = { isSettled: false, error: null };
  promise.then(
    () => {
      state.isSettled = true;
    },
    (error: unknown) => {
      Object.assign(state, { isSettled: true, error });
    },
  );
  return state;
}
