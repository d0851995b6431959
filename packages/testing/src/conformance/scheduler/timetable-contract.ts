import type { OpenScheduler } from "./scheduler-under-test.js";
import { everySlot, slotsOf, tickedFor } from "./slots.js";
import type { Stage, Suite } from "./stage.js";

/** `every`: each slot of a timetable is rung for, by its exact time. */
export function timetableContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  slots(suite);
  changes(suite);
}

function slots<Engine extends OpenScheduler>({ test, ok, equal }: Suite<Engine>): void {
  test("every() rings for each slot, with the slot's exact time, never before it", async (stage) => {
    await stage.start();
    const { slotsEveryMs } = stage.pace;
    await stage.every(everySlot(stage, { name: "each" }));
    ok(await tickedFor(stage, "each", 3), "three slots in a row were not rung for");
    const [first = 0] = slotsOf([stage], "each");
    equal(first % slotsEveryMs, 0);
    equal(slotsOf([stage], "each").slice(0, 3), [first, first + slotsEveryMs, first + 2 * slotsEveryMs]);
    ok(
      stage.ticks.every(({ slot, rangAt }) => rangAt >= slot),
      "it rang early",
    );
  });

  test("every() before start() rings after it", async (stage) => {
    await stage.every(everySlot(stage, { name: "before-start" }));
    await stage.start();
    ok(await tickedFor(stage, "before-start", 1), "it did not ring");
  });

  test("every() counts in the job's own time zone", async (stage) => {
    await stage.start();
    // Fourteen hours before UTC: an engine that counts in UTC waits for hours.
    const timeZone = "Pacific/Kiritimati";
    const hours = [0, 3_600_000].map((ms) => hourIn(timeZone, stage.fromNow(ms))).join(",");
    await stage.every(everySlot(stage, { name: "zoned", hours, timeZone }));
    ok(await tickedFor(stage, "zoned", 1), "it did not ring");
  });

  test("every() with two names rings for both", async (stage) => {
    await stage.start();
    await stage.every(everySlot(stage, { name: "first" }));
    await stage.every(everySlot(stage, { name: "second" }));
    ok(await tickedFor(stage, "first", 1), "the first job was not rung for");
    ok(await tickedFor(stage, "second", 1), "the second job was not rung for");
  });

  test("a tick handler that rejects is logged, and later slots are rung for", async (stage) => {
    await stage.start({ onTick: () => Promise.reject(new Error("the store is down")) });
    await stage.every(everySlot(stage, { name: "rejected" }));
    ok(await tickedFor(stage, "rejected", 2), "it rang no more");
    ok(stage.logger.entries.length > 0, "the rejection was not logged");
  });
}

function changes<Engine extends OpenScheduler>({ test, ok, equal }: Suite<Engine>): void {
  test("every() with a name that is known ends its old timetable", async (stage) => {
    await stage.start();
    const { slotsEveryMs, silenceMs } = stage.pace;
    await stage.every(everySlot(stage, { name: "slowed" }));
    ok(await tickedFor(stage, "slowed", 1), "it did not ring by the old timetable");
    await stage.every({ name: "slowed", ...inHalfAYear(stage) });
    const changedAt = stage.time.now().getTime();
    await stage.time.advance(2 * slotsEveryMs + silenceMs);
    equal(
      slotsOf([stage], "slowed").filter((slot) => slot > changedAt),
      [],
    );
  });

  test("every() with a name that is known begins its new timetable", async (stage) => {
    await stage.start();
    await stage.every({ name: "hurried", ...inHalfAYear(stage) });
    await stage.every(everySlot(stage, { name: "hurried" }));
    ok(await tickedFor(stage, "hurried", 1), "it did not ring by the new timetable");
  });
}

function inHalfAYear({ time }: Stage): { readonly cron: string; readonly timeZone: string } {
  const month = ((time.now().getUTCMonth() + 6) % 12) + 1;
  return { cron: `0 0 15 ${month} *`, timeZone: "UTC" };
}

function hourIn(timeZone: string, at: Date): number {
  return Number(new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" }).format(at));
}
