import { StorageError } from "@callboard/core";
import type { Scheduler } from "@callboard/core/adapter";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { onStage, type Stage, type Worker, withVerbs } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const [memory] = storageKinds;
const onMemory = (run: (stage: Stage) => Promise<void>) => onStage(memory!, {}, run);

const well = {
  status: "ok",
  problems: [],
  oldestDueMs: null,
  lastSweepMs: null,
  storage: { answers: true },
  scheduler: { answers: true },
  paused: [],
};

const silent = () => new Promise<never>(() => undefined);
const hour = 3_600_000;
const pauseFor = ({ clock }: Stage, ms: number, reason: string) => ({
  channel: "chat" as const,
  reason,
  until: new Date(clock.now().getTime() + ms),
});

/** Asks, and moves the time on until there is an answer. Says how long that took, too. */
async function healthIn(
  stage: Stage,
  { callboard }: Worker,
  ...options: Parameters<typeof callboard.health>
) {
  const askedMs = stage.clock.monotonicMs();
  const asked = { isAnswered: false, health: callboard.health(...options) };
  void asked.health.then(() => {
    asked.isAnswered = true;
  });
  await stage.clock.advance(0);
  await stage.until(() => asked.isAnswered, { stepMs: 50 });
  return { ...(await asked.health), tookMs: stage.clock.monotonicMs() - askedMs };
}

describe.each(storageKinds)("health() on $name", (kind) => {
  const onKind = (run: (stage: Stage) => Promise<void>, people = 1) => onStage(kind, { people }, run);

  test(
    "of a process that only queues is well, and tells of no sweep",
    onKind(async (stage) => {
      const { callboard } = stage.worker();
      expect(await callboard.health()).toEqual(well);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "of a worker tells how long ago it swept, until it is stopped",
    onKind(async (stage) => {
      const worker = await stage.started({ dispatch: { sweepMs: 60_000 } });
      await stage.clock.advance(7_000);
      expect(await worker.callboard.health()).toEqual({ ...well, lastSweepMs: 7_000 });
      await stage.stop(worker);
      expect(await worker.callboard.health()).toEqual(well);
    }),
  );

  test(
    "tells of what has been due for more than a minute, though nobody is there to send it",
    onKind(async (stage) => {
      const worker = stage.worker();
      await worker.callboard.templates.load();
      await stage.queueOne(worker, { at: new Date(stage.clock.now().getTime() + hour) });
      await stage.clock.advance(hour - 1_000);
      expect(await worker.callboard.health()).toEqual(well);
      await stage.clock.advance(61_000);
      expect(await worker.callboard.health()).toEqual({ ...well, oldestDueMs: 60_000 });
      await stage.clock.advance(1_000);
      expect(await worker.callboard.health()).toEqual({
        ...{ ...well, status: "degraded", oldestDueMs: 61_000 },
        problems: [
          expect.stringMatching(/^A notification has been due for 61 s\. See whether a worker runs/),
        ],
      });
      expect(await worker.callboard.health({ lateMs: 120_000 })).toMatchObject({ status: "ok" });
    }),
  );

  test(
    "counts nothing as late that waits behind a pause, and names the pauses",
    onKind(async (stage) => {
      const worker = stage.worker();
      const { callboard } = worker;
      await callboard.templates.load();
      await stage.queueOne(worker, { template: "invoice" });
      await stage.clock.advance(60_000);
      await stage.queueOne(worker);
      await callboard.pauses.pause({ ...pauseFor(stage, 10 * hour, "Wrong words."), template: "invoice" });
      const template =
        "Template invoice on channel chat is paused until 2026-01-01T10:01:00.000Z: Wrong words.";
      expect(await callboard.health()).toMatchObject({
        ...{ status: "degraded", oldestDueMs: 0, problems: [template] },
        paused: [{ channel: "chat", template: "invoice", reason: "Wrong words.", holds: true }],
      });
      await callboard.pauses.pause({ ...pauseFor(stage, hour, "Moving house."), template: null });
      const elsewhere = { channel: "mail", template: null, reason: "Another's.", forMs: hour };
      await stage.storage.pauses.pause(elsewhere);
      const { problems, ...health } = await callboard.health();
      expect(health).toMatchObject({ status: "degraded", oldestDueMs: null, paused: [{}, {}] });
      expect(problems.toSorted()).toEqual([
        "Channel chat is paused until 2026-01-01T01:01:00.000Z: Moving house.",
        template,
      ]);
      await stage.clock.advance(hour);
      expect((await callboard.health()).problems).toContain(
        "Channel chat is paused until a message has gone through that tries it: Moving house.",
      );
      await callboard.pauses.resume({ channel: "chat", template: null });
      await callboard.pauses.resume({ channel: "chat", template: "invoice" });
      expect(await callboard.health()).toMatchObject({ status: "degraded", oldestDueMs: hour + 60_000 });
    }),
  );

  test(
    "does not call what is late what is being sent, or belongs to a channel of another deployment",
    onKind(async (stage) => {
      const mail = fakeTransport("chat");
      const worker = await stage.started();
      worker.transport.hold();
      await stage.queueOne(worker);
      await stage.until(() => worker.transport.sent.length === 1);
      await stage.clock.advance(15_000);
      expect(await worker.callboard.health({ lateMs: 0 })).toMatchObject({ status: "ok", oldestDueMs: null });
      worker.transport.release();
      const elsewhere = stage.worker({ transport: { ...mail, name: "mail" as "chat" } });
      await stage.storage.contacts.save([
        { userId: "user-1", name: null, locale: null, active: true, addresses: { mail: "a@b" } },
      ]);
      await stage.queueOne(elsewhere);
      await stage.clock.advance(hour);
      expect(await worker.callboard.health()).toMatchObject({ status: "ok", oldestDueMs: null });
      expect(await elsewhere.callboard.health()).toMatchObject({ status: "degraded", oldestDueMs: hour });
    }),
  );
});

describe("while the scheduler's engine", () => {
  const withPing = (ping: Scheduler["ping"]) => ({ scheduler: { ...manualScheduler(), ping } });

  test(
    "fails, health() says so, with the code of the failure and none of its words",
    onMemory(async (stage) => {
      const refused = Object.assign(
        new Error("connect ECONNREFUSED redis.internal:6379 (user bob, s3cret)"),
        {
          code: "ECONNREFUSED",
        },
      );
      const worker = stage.worker(withPing(() => Promise.reject(refused)));
      const { tookMs, ...health } = await healthIn(stage, worker);
      expect(tookMs).toBe(0);
      expect(health).toEqual({
        ...{ ...well, status: "degraded", scheduler: { answers: false } },
        problems: [
          "The scheduler's engine does not answer: see to it. Until it does the sweep delivers, some seconds later. It failed with ECONNREFUSED; the log says more.",
        ],
      });
      expect(stage.logger.entries).toMatchObject([{ level: "warn", fields: { err: refused } }]);
    }),
  );

  test(
    "hangs, health() says so after two seconds, or when it is told to",
    onMemory(async (stage) => {
      const worker = stage.worker(withPing(silent));
      const { tookMs, status, problems } = await healthIn(stage, worker);
      expect([tookMs, status]).toEqual([2_000, "degraded"]);
      expect(problems).toEqual([expect.stringContaining("There was no answer within 2000 ms.")]);
      expect(await healthIn(stage, worker, { timeoutMs: 500 })).toMatchObject({ tookMs: 500 });
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "goes down and comes back, health() follows, and logs each time once",
    onMemory(async (stage) => {
      const state = { isDown: false };
      const ping = async () => {
        if (state.isDown) throw new Error("down");
      };
      const { callboard } = stage.worker(withPing(ping));
      const seen: string[] = [];
      for (const isDown of [false, true, true, false, true]) {
        state.isDown = isDown;
        seen.push((await callboard.health()).status);
      }
      expect(seen).toEqual(["ok", "degraded", "degraded", "ok", "degraded"]);
      expect(stage.logger.entries.map(({ level }) => level)).toEqual(["warn", "warn"]);
    }),
  );

  test.each<[what: string, thrown: unknown, words: string]>([
    ["a name alone", Object.assign(new Error("bob:s3cret"), { name: "ReplyError" }), "ReplyError"],
    ["Redis's word for it", new Error("READONLY You can't write against bob, s3cret"), "READONLY"],
    ["a SQLSTATE", Object.assign(new Error("bob:s3cret"), { code: "28P01" }), "28P01"],
    ["a code with words", Object.assign(new Error("s3cret"), { code: "bob s3cret" }), "Error"],
    ["a name with words", Object.assign(new Error("s3cret"), { name: "s3cret of bob" }), "an error"],
    ["no error", "bob:s3cret", "something that is no error"],
    ["nothing", undefined, "something that is no error"],
  ])("rejects with %s, health() shows no secrets", (_, thrown, words) =>
    onMemory(async (stage) => {
      const { callboard } = stage.worker(withPing(() => Promise.reject(thrown)));
      const health = await callboard.health();
      expect(health.problems).toEqual([
        expect.stringContaining(`It failed with ${words}; the log says more.`),
      ]);
      expect(JSON.stringify(health)).not.toMatch(/bob|s3cret/);
    })(),
  );

  test(
    "throws at once, as it must not, health() does not reject",
    onMemory(async (stage) => {
      const ping = () => {
        throw new Error("down");
      };
      expect(await stage.worker(withPing(ping)).callboard.health()).toMatchObject({ status: "degraded" });
    }),
  );
});

describe("while the store", () => {
  test(
    "refuses, health() is failing, in Callboard's own words for what is wrong",
    onMemory(async (stage) => {
      const message = "The database was not reached. Look after it. (ECONNREFUSED)";
      const cause = new Error("connect ECONNREFUSED db.internal:5432");
      const oldestDue = () => Promise.reject(new StorageError("unavailable", message, { cause }));
      const worker = stage.worker({ storage: withVerbs(stage.storage, { oldestDue }) });
      const health = await worker.callboard.health();
      expect(health).toEqual({
        ...{ ...well, status: "failing", storage: { answers: false } },
        problems: [
          `The store does not answer, and nothing is queued or sent until it does: see to the database. ${message}`,
        ],
      });
    }),
  );

  test(
    "refuses for long, health() does not blame the sweep",
    onMemory(async (stage) => {
      const state = { isDown: false };
      const { notifications } = stage.storage;
      const refuse = () => Promise.reject(new StorageError("unavailable", "The database was not reached."));
      const worker = await stage.started({
        storage: withVerbs(stage.storage, {
          oldestDue: (request) => (state.isDown ? refuse() : notifications.oldestDue(request)),
          findOverdue: (request) => (state.isDown ? refuse() : notifications.findOverdue(request)),
        }),
      });
      state.isDown = true;
      await stage.clock.advance(300_000);
      const { problems, lastSweepMs } = await worker.callboard.health();
      expect(problems).toEqual([expect.stringMatching(/^The store does not answer/)]);
      expect(lastSweepMs).toBeGreaterThan(290_000);
      state.isDown = false;
      await stage.clock.advance(10_000);
      expect(await worker.callboard.health()).toMatchObject({ status: "ok" });
    }),
  );

  test(
    "hangs, health() is failing after two seconds, and asks no more of it for half a minute",
    onMemory(async (stage) => {
      const state = { asked: 0, isOver: false };
      const list = async () => {
        state.asked += 1;
        return state.isOver ? [] : silent();
      };
      const storage = { ...stage.storage, pauses: { ...stage.storage.pauses, list } };
      const worker = stage.worker({ storage });
      const check = () => healthIn(stage, worker);
      expect(await check()).toMatchObject({ status: "failing", tookMs: 2_000 });
      for (let second = 2; second < 30; second += 4) {
        expect(await check()).toMatchObject({ status: "failing", tookMs: 2_000 });
        await stage.clock.advance(2_000);
      }
      expect(state.asked).toBe(1);
      state.isOver = true;
      // The first question is as good as lost: a connection that is half open answers none.
      expect(await check()).toMatchObject({ status: "ok", tookMs: 0 });
      expect(state.asked).toBe(2);
      expect(stage.clock.pendingTimers).toBe(0);
    }),
  );

  test(
    "takes its time, several checks share one question",
    onMemory(async (stage) => {
      const answers: (() => void)[] = [];
      const list = () => new Promise<[]>((resolve) => answers.push(() => resolve([])));
      const storage = { ...stage.storage, pauses: { ...stage.storage.pauses, list } };
      const { callboard } = stage.worker({ storage });
      const checks = [callboard.health(), callboard.health()];
      await stage.clock.advance(1_000);
      expect(answers).toHaveLength(1);
      for (const answer of answers) answer();
      expect((await Promise.all(checks)).map(({ status }) => status)).toEqual(["ok", "ok"]);
      const next = callboard.health();
      await stage.clock.advance(0);
      expect(answers).toHaveLength(2);
      answers[1]?.();
      await next;
    }),
  );

  test(
    "answers and the sweep hangs, health() is failing, and asks for a restart",
    onMemory(async (stage) => {
      const state = { hangs: false };
      const findOverdue: typeof stage.storage.notifications.findOverdue = (request) =>
        state.hangs ? silent() : stage.storage.notifications.findOverdue(request);
      const worker = await stage.started({ storage: withVerbs(stage.storage, { findOverdue }) });
      await stage.clock.advance(60_000);
      expect(await worker.callboard.health()).toMatchObject({ status: "ok" });
      state.hangs = true;
      await stage.clock.advance(7_000);
      const hungForMs = (await worker.callboard.health()).lastSweepMs ?? 0;
      await stage.clock.advance(30_000 - hungForMs);
      expect(await worker.callboard.health()).toMatchObject({ status: "ok", lastSweepMs: 30_000 });
      await stage.clock.advance(1_000);
      expect(await worker.callboard.health()).toMatchObject({
        ...{ status: "failing", lastSweepMs: 31_000, storage: { answers: true } },
        problems: [expect.stringMatching(/^No sweep has come to its end for 31 s, .* restart it\.$/)],
      });
    }),
  );

  test(
    "has so much that is overdue that a sweep takes minutes, health() sees that it goes on",
    onMemory(async (stage) => {
      const idle = stage.worker();
      await idle.callboard.templates.load();
      const notification = await stage.get(await stage.queueOne(idle));
      let batches = 20;
      const worker = stage.worker({
        storage: withVerbs(stage.storage, {
          async findOverdue({ limit }) {
            batches -= 1;
            const overdue = { notification, leaseToken: null, attemptOpen: false };
            return batches < 0 ? [] : Array.from({ length: limit }, () => overdue);
          },
          async settle() {
            await new Promise<void>((resolve) => stage.clock.setTimer(resolve, 10_000));
            return [notification];
          },
        }),
      });
      void worker.callboard.start();
      await stage.clock.advance(195_000);
      expect(await worker.callboard.health()).toMatchObject({ lastSweepMs: 5_000, status: "degraded" });
      expect(worker.transport.sent).toEqual([]);
      await stage.clock.advance(10_000);
      expect(await worker.callboard.health()).toMatchObject({ status: "ok" });
      expect(worker.transport.sent).toHaveLength(1);
    }),
  );

  test(
    "hangs as a process starts, health() does not count what was before",
    onMemory(async (stage) => {
      await stage.clock.advance(hour);
      const publish = () => silent();
      const storage = { ...stage.storage, templates: { ...stage.storage.templates, publish } };
      const worker = stage.worker({ storage });
      void worker.callboard.start();
      expect(await worker.callboard.health()).toMatchObject({ status: "ok", lastSweepMs: 0 });
      await stage.clock.advance(31_000);
      expect(await worker.callboard.health()).toMatchObject({ status: "failing", lastSweepMs: 31_000 });
    }),
  );
});

test(
  "health() tells the worst first",
  onMemory(async (stage) => {
    const state = { isDown: false };
    const list = () => (state.isDown ? Promise.reject(new Error("down")) : stage.storage.pauses.list());
    const scheduler = { ...manualScheduler(), ping: () => Promise.reject(new Error("down")) };
    const storage = { ...stage.storage, pauses: { ...stage.storage.pauses, list } };
    const worker = stage.worker({ scheduler, storage });
    const { callboard } = worker;
    await callboard.templates.load();
    await stage.queueOne(worker);
    await callboard.pauses.pause({ ...pauseFor(stage, hour, "Wrong words."), template: "invoice" });
    await stage.clock.advance(61_000);
    const begins = async () =>
      (await callboard.health()).problems.map((words) => words.split(" ").slice(0, 2).join(" "));
    expect(await begins()).toEqual(["The scheduler's", "A notification", "Template invoice"]);
    state.isDown = true;
    expect(await begins()).toEqual(["The store", "The scheduler's"]);
    expect((await callboard.health()).status).toBe("failing");
  }),
);
