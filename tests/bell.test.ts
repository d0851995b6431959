import { setImmediate } from "node:timers/promises";
import type { Scheduler, SchedulerCapabilities } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker, type WorkerOptions } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";
import { commonLimiters, mostWithin, pacedTransport, type Send } from "./pacing-stage.js";

const [memory] = storageKinds;
const onMemory = (run: (stage: Stage) => Promise<void>, people = 1) => onStage(memory!, { people }, run);

interface Call {
  readonly transaction: unknown;
  answer(error?: Error): void;
}

/** A scheduler that answers a wake-up when the test says so, and how. */
function awkwardScheduler(capabilities: Partial<SchedulerCapabilities> = {}) {
  const manual = manualScheduler();
  const calls: Call[] = [];
  const scheduler: Scheduler = {
    ...manual,
    capabilities: { ...manual.capabilities, ...capabilities },
    wake: (_ids, _at, { transaction } = {}) =>
      new Promise((resolve, reject) => {
        calls.push({ transaction, answer: (error) => (error ? reject(error) : resolve()) });
      }),
  };
  return { scheduler, calls };
}

/** A scheduler that answers at once: as it should, or with an error while it is down. */
function fragileScheduler() {
  const state = { isDown: true, asked: 0 };
  const wake = async () => {
    state.asked += 1;
    if (state.isDown) throw new Error("down");
  };
  return { state, scheduler: { ...manualScheduler(), wake } };
}

function queueing(stage: Stage, worker: Worker) {
  const call = { isSettled: false, done: stage.queueOne(worker) };
  const settle = () => {
    call.isSettled = true;
  };
  call.done.then(settle, settle);
  return call;
}

const told = ({ logger }: Stage) =>
  logger.entries.filter(({ level }) => level !== "debug").map(({ level, message }) => `${level}: ${message}`);

const down = "warn: the scheduler took no wake-up; the sweep will find these notifications";
const up = "info: the scheduler takes wake-ups again";

describe("a scheduler that", () => {
  test(
    "hangs holds a call for 250 ms once; then nobody waits, and one wake-up in a second asks whether it is over",
    onMemory(async (stage) => {
      const { scheduler, calls } = awkwardScheduler();
      const worker = stage.worker({ scheduler });
      await worker.callboard.templates.load();
      const together = [queueing(stage, worker), queueing(stage, worker)];
      await stage.clock.advance(249);
      expect(together.map(({ isSettled }) => isSettled)).toEqual([false, false]);
      await stage.clock.advance(1);
      expect(together.map(({ isSettled }) => isSettled)).toEqual([true, true]);
      expect(stage.clock.pendingTimers).toBe(0);

      await stage.clock.advance(999);
      await stage.queueOne(worker);
      expect(calls).toHaveLength(2);
      await stage.clock.advance(1);
      await Promise.all([stage.queueOne(worker), stage.queueOne(worker), stage.queueOne(worker)]);
      expect(calls).toHaveLength(3);
      // That wake-up has not been answered either: its second begins when that is known.
      await stage.clock.advance(1_249);
      await stage.queueOne(worker);
      expect(calls).toHaveLength(3);
      await stage.clock.advance(1);
      await stage.queueOne(worker);
      expect(calls).toHaveLength(4);
      expect(told(stage)).toEqual([down]);

      calls.at(-1)?.answer();
      await stage.clock.advance(0);
      expect(told(stage)).toEqual([down, up]);
      expect(stage.clock.pendingTimers).toBe(0);
      expect(await stage.counts()).toEqual({ pending: 8 });
    }),
  );

  test(
    "answers after 250 ms, or rejects then, surprises nobody",
    onMemory(async (stage) => {
      const { scheduler, calls } = awkwardScheduler();
      const worker = stage.worker({ scheduler });
      await worker.callboard.templates.load();
      const late = [queueing(stage, worker), queueing(stage, worker)];
      await stage.clock.advance(250);
      calls[0]?.answer();
      calls[1]?.answer(new Error("at last"));
      await Promise.all(late.map(({ done }) => done));
      // A rejection that nobody has taken would be told of by now, and fail the test.
      await setImmediate();
      expect(told(stage)).toEqual([down]);
    }),
  );

  test(
    "rejects is left alone for a second, and told of once for each time that it goes down",
    onMemory(async (stage) => {
      const { scheduler, state } = fragileScheduler();
      const worker = stage.worker({ scheduler });
      await worker.callboard.templates.load();
      await stage.queueOne(worker);
      await stage.clock.advance(999);
      await stage.queueOne(worker);
      expect(state.asked).toBe(1);
      for (let second = 0; second < 5; second += 1) {
        await stage.clock.advance(1_000);
        await stage.queueOne(worker);
      }
      expect(state.asked).toBe(6);
      state.isDown = false;
      await stage.clock.advance(1_000);
      await stage.queueOne(worker);
      await stage.clock.advance(0);
      for (let call = 0; call < 3; call += 1) await stage.queueOne(worker);
      expect(state.asked).toBe(10);
      state.isDown = true;
      await stage.queueOne(worker);
      expect(told(stage)).toEqual([down, up, down]);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "throws at once, as it must not, fails no call",
    onMemory(async (stage) => {
      const wake = () => {
        throw new Error("down");
      };
      const worker = stage.worker({ scheduler: { ...manualScheduler(), wake } });
      await worker.callboard.templates.load();
      await stage.queueOne(worker);
      expect(told(stage)).toEqual([down]);
    }),
  );

  test(
    "is down is asked about the first thousand of a call, and not about the next",
    onMemory(async (stage) => {
      const { scheduler, state } = fragileScheduler();
      const worker = stage.worker({ scheduler });
      await worker.callboard.templates.load();
      await stage.queue(worker, { people: 2_100 });
      expect(state.asked).toBe(1);
    }, 2_100),
  );
});

describe.each(storageKinds)("in a transaction on $name, a scheduler that", (kind) => {
  const request = { template: "order", context: { order: "SO-1" }, userIds: ["user-1"] } as const;

  test(
    "enlists is asked within it, waited for, and handed the transaction",
    onStage(kind, {}, async (stage) => {
      const { scheduler, calls } = awkwardScheduler({ transactionalWake: true });
      const { callboard } = stage.worker({ scheduler });
      await callboard.templates.load();
      const seen: unknown[] = [];
      const done = callboard.transaction(async (transaction) => {
        const queued = callboard.queueNotificationsToUsers(request, { transaction });
        await stage.until(() => calls.length === 1);
        seen.push(calls[0]?.transaction === transaction, stage.clock.pendingTimers);
        calls[0]?.answer();
        await queued;
      });
      await done;
      expect(seen).toEqual([true, 0]);
      expect(calls).toHaveLength(1);
    }),
  );

  test(
    "enlists and fails loses no row, and is left alone for a second",
    onStage(kind, {}, async (stage) => {
      const { scheduler, state } = fragileScheduler();
      const capabilities = { ...scheduler.capabilities, transactionalWake: true };
      const { callboard } = stage.worker({ scheduler: { ...scheduler, capabilities } });
      await callboard.templates.load();
      for (let call = 0; call < 2; call += 1)
        await callboard.transaction(async (transaction) => {
          await callboard.queueNotificationsToUsers(request, { transaction });
          await callboard.queueNotificationsToUsers(request, { transaction });
        });
      expect(state.asked).toBe(1);
      expect(told(stage)).toEqual([down]);
      expect(await stage.counts()).toEqual({ pending: 4 });
    }),
  );

  test(
    "cannot enlist is asked after the commit, and holds nobody's transaction open when it hangs",
    onStage(kind, {}, async (stage) => {
      const { scheduler, calls } = awkwardScheduler();
      const { callboard } = stage.worker({ scheduler });
      await callboard.templates.load();
      const ours = callboard.transaction(async (transaction) => {
        await callboard.queueNotificationsToUsers(request, { transaction });
        return calls.length;
      });
      await stage.until(() => calls.length === 1);
      expect(await stage.counts()).toEqual({ pending: 1 });
      await stage.clock.advance(250);
      expect(await ours).toBe(0);

      await stage.clock.advance(1_000);
      // Of its end Callboard knows nothing, as of a transaction that the host has opened.
      await stage.storage.transaction(async (transaction) => {
        await callboard.queueNotificationsToUsers(request, { transaction });
      });
      expect(calls[1]?.transaction).toBeDefined();
      await stage.clock.advance(250);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );
});

describe("what a scheduler shares for pacing", () => {
  const pacing = { senderKey: "1", perSecond: 10 };

  /** The most sends in a second of two processes that have 30 people each to tell. */
  const mostOfTwo = async (stage: Stage, wiring: () => WorkerOptions) => {
    const sends: Send[] = [];
    const transport = pacedTransport(stage.clock, pacing, sends);
    const workers = [
      await stage.started({ transport, ...wiring() }),
      await stage.started({ transport, ...wiring() }),
    ];
    for (const worker of workers) await stage.queue(worker, { people: 30 });
    await stage.until(() => sends.length === 60, { stepMs: 100 });
    return mostWithin(1_000, sends);
  };
  const sharing = (sharedPacing: SchedulerCapabilities["sharedPacing"]): Scheduler => {
    const scheduler = inProcessScheduler();
    return { ...scheduler, capabilities: { ...scheduler.capabilities, sharedPacing } };
  };

  test(
    "counts for all processes",
    onMemory(async (stage) => {
      const common = commonLimiters();
      expect(await mostOfTwo(stage, () => ({ scheduler: sharing(common) }))).toBeLessThanOrEqual(15);
    }, 30),
  );

  test(
    "is left alone where the host gives a limiter of its own",
    onMemory(async (stage) => {
      const scheduler = () => sharing(() => expect.unreachable());
      const apart = () => ({ scheduler: scheduler(), rateLimiter: commonLimiters() });
      expect(await mostOfTwo(stage, apart)).toBeGreaterThan(15);
    }, 30),
  );

  test(
    "may be nothing: then each process counts for itself",
    onMemory(async (stage) => {
      expect(await mostOfTwo(stage, () => ({ scheduler: sharing(null) }))).toBeGreaterThan(15);
    }, 30),
  );
});
