import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { manualScheduler, recordingLogger, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { addressOf, Stage, type WorkerOptions, withVerbs } from "./engine-stage.js";
import { type StorageKind, storageKinds } from "./engine-storages.js";

const day = 86_400_000;
/** Looked for so seldom that months pass in a moment. */
const patient = { dispatch: { sweepMs: day / 4 } } satisfies WorkerOptions;

describe.each(storageKinds)("on $name", (kind) => {
  test.each([
    ["rung for", inProcessScheduler, 0],
    // A sweep comes every six hours, give or take a fifth.
    ["found by the sweep", manualScheduler, 0.3 * day],
  ] as const)(
    "a notification asked for in 40 days, %s, is sent then, once, and not before",
    (_, scheduler, late) =>
      from(kind, "2026-01-01T00:00:00Z", async (stage) => {
        const worker = await stage.started({ ...patient, scheduler: scheduler() });
        const at = new Date(stage.clock.now().getTime() + 40 * day);
        await stage.queue(worker, { at });
        await stage.clock.advance(40 * day - 1);
        expect(worker.transport.sent).toHaveLength(0);
        await stage.clock.advance(1 + late);
        await stage.until(() => worker.transport.sent.length === 1);
        await stage.clock.advance(40 * day);
        expect(worker.transport.sent).toHaveLength(1);
        expect(await stage.counts()).toEqual({ sent: 1 });
      })(),
  );

  test.each([
    ["the last moment of a leap day", "2028-02-27T00:00:00Z", "2028-02-29T23:59:59.999Z"],
    ["the day after a leap day", "2028-02-27T00:00:00Z", "2028-03-01T00:00:00.000Z"],
    ["the last moment of a year", "2026-12-30T00:00:00Z", "2026-12-31T23:59:59.999Z"],
    ["the first moment of a year", "2026-12-30T00:00:00Z", "2027-01-01T00:00:00.000Z"],
  ])("a notification for %s is sent in that very millisecond", (_, start, time) =>
    from(kind, start, async (stage) => {
      const worker = await stage.started(patient);
      const at = new Date(time);
      const id = await stage.queueOne(worker, { at });
      await stage.clock.advance(at.getTime() - stage.clock.now().getTime() - 1);
      expect(worker.transport.sent).toHaveLength(0);
      await stage.clock.advance(1);
      await stage.until(() => worker.transport.sent.length === 1);
      expect(await stage.get(id)).toMatchObject({ notBefore: at, sentAt: at });
    })(),
  );

  test.each([
    ["29 February", "0 0 29 2 *", "2028-02-27T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["New Year", "0 0 1 1 *", "2026-12-30T00:00:00Z", "2027-01-01T00:00:00Z"],
  ])("a recurring job of %s runs once, at its slot, over 4 days", (_, cron, start, slot) =>
    from(kind, start, async (stage) => {
      const worker = await stage.started(patient);
      const ran: { slot: Date; at: Date }[] = [];
      const run = async (tick: { readonly slot: Date }) =>
        void ran.push({ slot: tick.slot, at: stage.clock.now() });
      await worker.callboard.every("yearly", { cron, timeZone: "UTC", run });
      await stage.clock.advance(4 * day);
      expect(ran).toEqual([{ slot: new Date(slot), at: new Date(slot) }]);
    })(),
  );

  test("a store that forgets the time that was asked for is found: it is sent at once", () =>
    from(kind, "2026-01-01T00:00:00Z", async (stage) => {
      const { insertMany } = stage.storage.notifications;
      const storage = withVerbs(stage.storage, {
        insertMany: (rows, options) =>
          insertMany(
            rows.map((row) => ({ ...row, notBefore: null })),
            options,
          ),
      });
      const worker = await stage.started({ ...patient, storage, scheduler: inProcessScheduler() });
      await stage.queue(worker, { at: new Date(stage.clock.now().getTime() + 40 * day) });
      await stage.clock.advance(day);
      expect(worker.transport.sent).toHaveLength(1);
    })());
});

/** A stage with one person whose clock stands at `start`. */
function from({ open }: StorageKind, start: string, run: (stage: Stage) => Promise<void>) {
  return async () => {
    const clock = testClock(new Date(start));
    const { storage, close } = await open(clock);
    const stage = new Stage(storage, clock, recordingLogger());
    const person = { userId: "user-1", name: null, locale: null, active: true };
    try {
      await storage.contacts.save([{ ...person, addresses: { chat: addressOf(1) } }]);
      await run(stage);
    } finally {
      await stage.close();
      await close();
    }
  };
}
