import { getEventListeners } from "node:events";
import { LifecycleError, type StopSignal } from "@callboard/core";
import type { Scheduler } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker, type WorkerOptions, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const allSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGBREAK"] as const;
const [memory] = storageKinds;
const onMemory = (run: (stage: Stage) => Promise<void>) => onStage(memory!, { people: 8 }, run);

const listeners = () => allSignals.map((signal) => process.listenerCount(signal));

/** As the operating system does it; the real ones are sent to child processes. */
const signal = (name: StopSignal) => void process.emit(name, name);

/** A promise that can be looked at. */
function watched<Result>(promise: Promise<Result>) {
  const watch = { isOver: false, promise };
  const settle = () => {
    watch.isOver = true;
  };
  promise.then(settle, settle);
  return watch;
}

type RunOptions = NonNullable<Parameters<Worker["callboard"]["worker"]>[0]>;

/** Works in the background. */
async function working(stage: Stage, worker: Worker, options?: RunOptions) {
  const work = watched(worker.callboard.worker(options));
  await stage.clock.advance(0);
  return work;
}

/** Has as many sends under way as there are people, and the provider does not answer. */
async function workingHard(stage: Stage, options: RunOptions, wiring: WorkerOptions = {}) {
  const worker = stage.worker({ dispatch: { concurrency: 4 }, ...wiring });
  worker.transport.hold();
  const work = await working(stage, worker, options);
  await stage.queue(worker, { people: 8 });
  await stage.until(() => worker.transport.sent.length === 4);
  return { worker, work };
}

describe("worker()", () => {
  test(
    "listens to no signal unless it is told to, and then only while it works",
    onMemory(async (stage) => {
      const before = listeners();
      const worker = stage.worker();
      const quiet = await working(stage, worker);
      expect(listeners()).toEqual(before);
      await stage.stop(worker);
      await quiet.promise;
      const stopOn = ["SIGTERM", "SIGINT", "SIGTERM"] as const;
      const work = await working(stage, worker, { stopOn });
      expect(listeners()).toEqual(before.map((count, index) => (index < 2 ? count + 1 : count)));
      await stage.stop(worker);
      await work.promise;
      expect(listeners()).toEqual(before);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "that is told to stop begins nothing more, and resolves when what is under way has been stored",
    onMemory(async (stage) => {
      const { worker, work } = await workingHard(stage, { stopOn: ["SIGTERM"] });
      signal("SIGTERM");
      await stage.clock.advance(19_000);
      expect(work.isOver).toBe(false);
      worker.transport.release();
      await stage.until(() => work.isOver);
      await work.promise;
      expect(worker.transport.sent).toHaveLength(4);
      expect(await stage.counts()).toEqual({ sent: 4, pending: 4 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "gives up sends after drainMs",
    onMemory(async (stage) => {
      const { work } = await workingHard(stage, { stopOn: ["SIGTERM"], drainMs: 2_000 });
      signal("SIGTERM");
      await stage.clock.advance(1_999);
      expect(await stage.counts()).toEqual({ sending: 4, pending: 4 });
      await stage.clock.advance(1);
      await stage.until(() => work.isOver);
      expect(await stage.counts()).toEqual({ uncertain: 4, pending: 4 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "takes a signal that comes twice at once for one, and a second one after a second for impatience",
    onMemory(async (stage) => {
      const { work } = await workingHard(stage, { stopOn: ["SIGTERM", "SIGINT"] });
      signal("SIGINT");
      signal("SIGINT");
      await stage.clock.advance(999);
      signal("SIGTERM");
      await stage.clock.advance(0);
      expect(await stage.counts()).toEqual({ sending: 4, pending: 4 });
      await stage.clock.advance(1);
      signal("SIGTERM");
      await stage.clock.advance(0);
      await stage.until(() => work.isOver);
      expect(await stage.counts()).toEqual({ uncertain: 4, pending: 4 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "ends when its abort signal does, and starts nothing under one that has been aborted",
    onMemory(async (stage) => {
      const aborting = new AbortController();
      const { worker, work } = await workingHard(stage, { signal: aborting.signal });
      aborting.abort();
      worker.transport.release();
      await stage.until(() => work.isOver);
      await work.promise;
      expect(await stage.counts()).toEqual({ sent: 4, pending: 4 });
      await worker.callboard.worker({ signal: aborting.signal, stopOn: ["SIGTERM"] });
      await stage.clock.advance(60_000);
      expect(worker.transport.sent).toHaveLength(4);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "ends with stop(), not before it is over, forgets its abort signal, and may begin again",
    onMemory(async (stage) => {
      const { signal } = new AbortController();
      const { worker, work } = await workingHard(stage, { signal });
      const stopping = watched(worker.callboard.stop());
      await stage.clock.advance(1_000);
      expect([stopping.isOver, work.isOver]).toEqual([false, false]);
      worker.transport.release();
      await stage.until(() => stopping.isOver && work.isOver);
      expect(getEventListeners(signal, "abort")).toEqual([]);
      const again = await working(stage, worker);
      await stage.until(async () => (await stage.counts()).sent === 8);
      await stage.stop(worker);
      await again.promise;
    }),
  );

  test(
    "of what works already rejects, and leaves that at work",
    onMemory(async (stage) => {
      const before = listeners();
      const worker = await stage.started();
      await expect(worker.callboard.worker({ stopOn: ["SIGTERM"] })).rejects.toThrow(LifecycleError);
      expect(listeners()).toEqual(before);
      await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
    }),
  );

  test(
    "that cannot start rejects, leaves nothing, and can be tried again",
    onMemory(async (stage) => {
      const before = listeners();
      const { templates } = stage.storage;
      const state = { isDown: true };
      const publish: typeof templates.publish = (words) =>
        state.isDown ? Promise.reject(new Error("down")) : templates.publish(words);
      const worker = stage.worker({ storage: { ...stage.storage, templates: { ...templates, publish } } });
      await expect(worker.callboard.worker({ stopOn: ["SIGTERM"] })).rejects.toThrow("down");
      expect([listeners(), stage.clock.pendingTimers]).toEqual([before, 0]);
      state.isDown = false;
      const work = await working(stage, worker);
      await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      await stage.stop(worker);
      await work.promise;
    }),
  );

  test(
    "that is told to stop while it starts begins nothing, and ends well",
    onMemory(async (stage) => {
      const slow = slowStart(stage);
      const work = await working(stage, slow.worker, { stopOn: ["SIGTERM"] });
      await stage.queueOne(stage.worker());
      signal("SIGTERM");
      slow.goOn();
      await stage.until(() => work.isOver);
      await work.promise;
      await stage.clock.advance(60_000);
      expect([slow.worker.transport.sent, slow.begun, stage.clock.pendingTimers]).toEqual([[], [], 0]);
    }),
  );

  test(
    "that is told to stop while a store leaves its start unanswered waits no longer than for sends, and begins nothing later",
    onMemory(async (stage) => {
      const slow = slowStart(stage);
      const work = await working(stage, slow.worker, { stopOn: ["SIGTERM"], drainMs: 5_000 });
      signal("SIGTERM");
      await stage.clock.advance(7_999);
      expect(work.isOver).toBe(false);
      await stage.clock.advance(1);
      await work.promise;
      expect(stage.logger.entries).toMatchObject([
        { level: "warn", message: "the store did not answer in time; stopped without it" },
      ]);
      slow.goOn();
      await stage.clock.advance(60_000);
      expect([slow.begun, stage.clock.pendingTimers]).toEqual([[], 0]);
    }),
  );

  test(
    "that is told to stop while the scheduler starts stops it, and sweeps nothing",
    onMemory(async (stage) => {
      const { promise: engine, resolve: goOn } = Promise.withResolvers<void>();
      const did: string[] = [];
      const scheduler: Scheduler = {
        ...inProcessScheduler(),
        start: () => engine.then(() => void did.push("started")),
        stop: async () => void did.push("stopped"),
      };
      const findOverdue = async () => {
        did.push("swept");
        return [];
      };
      const worker = stage.worker({ scheduler, storage: withVerbs(stage.storage, { findOverdue }) });
      const work = await working(stage, worker, { stopOn: ["SIGTERM"] });
      signal("SIGTERM");
      await stage.clock.advance(0);
      goOn();
      await stage.until(() => work.isOver);
      expect(did).toEqual(["started", "stopped"]);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "whose scheduler cannot be stopped waits for the sends all the same, and then rejects",
    onMemory(async (stage) => {
      const scheduler = { ...inProcessScheduler(), stop: () => Promise.reject(new Error("stuck")) };
      const { worker, work } = await workingHard(stage, { stopOn: ["SIGTERM"] }, { scheduler });
      signal("SIGTERM");
      await stage.clock.advance(1_000);
      expect(work.isOver).toBe(false);
      worker.transport.release();
      await stage.until(() => work.isOver);
      await expect(work.promise).rejects.toThrow("stuck");
      expect(await stage.counts()).toEqual({ sent: 4, pending: 4 });
      await worker.callboard.stop();
    }),
  );
});

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a signal in the middle of a claim has its rows handed back at once, untouched",
    onStage(kind, { people: 3 }, async (stage) => {
      const { promise: answer, resolve: goOn } = Promise.withResolvers<void>();
      const claim: typeof stage.storage.notifications.claim = async (request) => {
        const rows = await stage.storage.notifications.claim(request);
        if (rows.length > 0) await answer;
        return rows;
      };
      const worker = stage.worker({ storage: withVerbs(stage.storage, { claim }) });
      const work = await working(stage, worker, { stopOn: ["SIGTERM"] });
      await stage.queue(worker, { people: 3 });
      await stage.until(async () => (await stage.counts()).sending === 3);
      signal("SIGTERM");
      await stage.clock.advance(0);
      goOn();
      await stage.until(() => work.isOver);
      const rows = await stage.all();
      expect(rows.map(({ status, attempts, crashes }) => [status, attempts, crashes])).toEqual(
        rows.map(() => ["pending", 0, 0]),
      );
      expect(worker.transport.sent).toEqual([]);
      const other = await stage.started();
      await stage.until(() => other.transport.sent.length === 3);
    }),
  );
});

describe("stop()", () => {
  test(
    "called again with a shorter time hurries, with a longer one does not wait longer, and both end together",
    onMemory(async (stage) => {
      const { worker, work } = await workingHard(stage, {});
      const stops = [60_000, 120_000, 5_000, 30_000].map((drainMs) =>
        watched(worker.callboard.stop({ drainMs })),
      );
      await stage.clock.advance(4_999);
      expect(await stage.counts()).toEqual({ sending: 4, pending: 4 });
      expect(stops.some(({ isOver }) => isOver)).toBe(false);
      await stage.clock.advance(1);
      await stage.until(() => work.isOver && stops.every(({ isOver }) => isOver));
      expect(await stage.counts()).toEqual({ uncertain: 4, pending: 4 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "called again while a new start waits for it hurries neither of them by mistake",
    onMemory(async (stage) => {
      const { worker } = await workingHard(stage, {});
      const first = watched(worker.callboard.stop({ drainMs: 60_000 }));
      const started = watched(worker.callboard.start());
      const second = watched(worker.callboard.stop({ drainMs: 0 }));
      await stage.clock.advance(1_000);
      expect(await stage.counts()).toEqual({ sending: 4, pending: 4 });
      worker.transport.release();
      await stage.until(() => first.isOver && second.isOver && started.isOver);
      expect(await stage.counts()).toEqual({ sent: 4, pending: 4 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "called again hurries what is ending now, when what ended before it is over",
    onMemory(async (stage) => {
      const { templates } = stage.storage;
      const state = { hangs: false };
      const publish: typeof templates.publish = (words) =>
        state.hangs ? new Promise(() => undefined) : templates.publish(words);
      const storage = { ...stage.storage, templates: { ...templates, publish } };
      const { worker } = await workingHard(stage, {}, { storage });
      const { stop, start } = worker.callboard;
      const first = watched(stop({ drainMs: 60_000 }));
      state.hangs = true;
      // Waits for the end of the first, and then for the store.
      void start();
      const second = watched(stop({ drainMs: 60_000 }));
      worker.transport.release();
      await stage.until(() => first.isOver);
      const third = watched(stop({ drainMs: 0 }));
      await stage.clock.advance(2_999);
      expect([second.isOver, third.isOver]).toEqual([false, false]);
      await stage.clock.advance(1);
      expect([second.isOver, third.isOver]).toEqual([true, true]);
    }),
  );
});

/** A worker whose store takes its time to load the templates. */
function slowStart(stage: Stage) {
  const { promise: answer, resolve: goOn } = Promise.withResolvers<void>();
  const { templates } = stage.storage;
  const begun: string[] = [];
  const scheduler = inProcessScheduler();
  const start: Scheduler["start"] = (handlers) => {
    begun.push("scheduler");
    return scheduler.start(handlers);
  };
  const publish: typeof templates.publish = async (words) => {
    const reports = await templates.publish(words);
    await answer;
    return reports;
  };
  const storage = { ...stage.storage, templates: { ...templates, publish } };
  return { worker: stage.worker({ storage, scheduler: { ...scheduler, start } }), goOn, begun };
}
