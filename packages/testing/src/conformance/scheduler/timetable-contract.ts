import type { Runner } from "../runner.js";
import type { OnStage, Stage } from "./stage.js";

const everyTwoSeconds = { cron: "*/2 * * * * *", timeZone: "UTC" };

/** `every`: each slot of a timetable is rung for, by its exact time. */
export function timetableContract(runner: Runner, onStage: OnStage): void {
  slots(runner, onStage);
  changes(runner, onStage);
}

function slots({ test, ok, equal }: Runner, onStage: OnStage): void {
  test(
    "every() rings for each slot, with the slot's exact time, never before it",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.every({ name: "each", ...everyTwoSeconds });
      ok(await tickedFor(stage, "each", 3), "three slots in a row were not rung for");
      const [first = 0] = slotsOf(stage, "each");
      equal(first % 2_000, 0);
      equal(slotsOf(stage, "each").slice(0, 3), [first, first + 2_000, first + 4_000]);
      ok(
        stage.ticks.every(({ slot, rangAt }) => rangAt >= slot),
        "it rang early",
      );
    }),
  );

  test(
    "every() before start() rings after it",
    onStage(async (stage) => {
      await stage.scheduler.every({ name: "before-start", ...everyTwoSeconds });
      await stage.start();
      ok(await tickedFor(stage, "before-start", 1), "it did not ring");
    }),
  );

  test(
    "every() counts in the job's own time zone",
    onStage(async (stage) => {
      await stage.start();
      // Fourteen hours before UTC: an engine that counts in UTC waits for hours.
      const timeZone = "Pacific/Kiritimati";
      const hours = [0, 3_600_000].map((ms) => hourIn(timeZone, stage.fromNow(ms)));
      await stage.scheduler.every({ name: "zoned", cron: `*/2 * ${hours.join(",")} * * *`, timeZone });
      ok(await tickedFor(stage, "zoned", 1), "it did not ring");
    }),
  );

  test(
    "every() with two names rings for both",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.every({ name: "first", ...everyTwoSeconds });
      await stage.scheduler.every({ name: "second", ...everyTwoSeconds });
      ok(await tickedFor(stage, "first", 1), "the first job was not rung for");
      ok(await tickedFor(stage, "second", 1), "the second job was not rung for");
    }),
  );

  test(
    "a tick handler that rejects is logged, and later slots are rung for",
    onStage(async (stage) => {
      await stage.start({ onTick: () => Promise.reject(new Error("the store is down")) });
      await stage.scheduler.every({ name: "rejected", ...everyTwoSeconds });
      ok(await tickedFor(stage, "rejected", 2), "it rang no more");
      ok(stage.logger.entries.length > 0, "the rejection was not logged");
    }),
  );
}

function changes({ test, ok, equal }: Runner, onStage: OnStage): void {
  test(
    "every() with a name that is known ends its old timetable",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.every({ name: "slowed", ...everyTwoSeconds });
      ok(await tickedFor(stage, "slowed", 1), "it did not ring by the old timetable");
      await stage.scheduler.every({ name: "slowed", ...inHalfAYear(stage) });
      const changedAt = stage.time.now().getTime();
      await stage.time.advance(4_000 + stage.latenessMs);
      equal(
        slotsOf(stage, "slowed").filter((slot) => slot > changedAt),
        [],
      );
    }),
  );

  test(
    "every() with a name that is known begins its new timetable",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.every({ name: "hurried", ...inHalfAYear(stage) });
      await stage.scheduler.every({ name: "hurried", ...everyTwoSeconds });
      ok(await tickedFor(stage, "hurried", 1), "it did not ring by the new timetable");
    }),
  );
}

/** Whether so many slots of the job have been rung for by their time and the lateness. */
function tickedFor(stage: Stage, job: string, count: number): Promise<boolean> {
  return stage.until(() => slotsOf(stage, job).length >= count, count * 2_000);
}

/** Oldest first, each once: an engine may ring twice for a slot. */
function slotsOf({ ticks }: Stage, job: string): number[] {
  const slots = ticks.filter((tick) => tick.job === job).map(({ slot }) => slot.getTime());
  return [...new Set(slots)].sort((one, other) => one - other);
}

function inHalfAYear({ time }: Stage): typeof everyTwoSeconds {
  const month = ((time.now().getUTCMonth() + 6) % 12) + 1;
  return { cron: `0 0 15 ${month} *`, timeZone: "UTC" };
}

function hourIn(timeZone: string, at: Date): number {
  return Number(new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" }).format(at));
}
