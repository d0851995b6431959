import type { OpenScheduler } from "./scheduler-under-test.js";
import type { Suite } from "./stage.js";

/** `wake`: every id is rung for, none before its time. */
export function wakeContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  timely(suite);
  harmless(suite);
}

function timely<Engine extends OpenScheduler>({ test, ok }: Suite<Engine>): void {
  test("wake() for a time that has passed rings at once, for every id", async (stage) => {
    await stage.start();
    await stage.scheduler.wake(["past-1", "past-2"], stage.fromNow(-60_000));
    ok(await stage.rangFor(["past-1", "past-2"]), "an id was not rung for");
  });

  test("wake() for now rings at once", async (stage) => {
    await stage.start();
    await stage.scheduler.wake(["now"], stage.fromNow(0));
    ok(await stage.rangFor(["now"]), "it did not ring");
  });

  test("wake() for a time to come rings then, never before", async (stage) => {
    await stage.start();
    const at = stage.fromNow(2_000);
    await stage.scheduler.wake(["future"], at);
    ok(await stage.rangFor(["future"], 2_000), "it did not ring");
    ok(
      stage.ringsFor("future").every((rangAt) => rangAt >= at),
      "it rang early",
    );
  });

  test("wake() calls in any order ring each at its own time", async (stage) => {
    await stage.start();
    const wakes = [3_000, 1_000, 2_000].map((ms) => ({ id: `in-${ms}`, ms, at: stage.fromNow(ms) }));
    for (const { id, at } of wakes) await stage.scheduler.wake([id], at);
    for (const { id, at } of wakes.toSorted((one, other) => one.ms - other.ms)) {
      ok(
        await stage.rangFor([id], at.getTime() - stage.time.now().getTime()),
        `${id} was not rung for in time`,
      );
      ok(
        stage.ringsFor(id).every((rangAt) => rangAt >= at),
        `${id} was rung for early`,
      );
    }
  });

  test("wake() for ten thousand ids, a thousand at a time, rings for each", async (stage) => {
    await stage.start();
    const ids = Array.from({ length: 10_000 }, (_, index) => `many-${index}`);
    for (let asked = 0; asked < ids.length; asked += 1_000) {
      await stage.scheduler.wake(ids.slice(asked, asked + 1_000), stage.fromNow(0));
    }
    ok(await stage.rangFor(ids, 10_000), "an id was not rung for");
  });
}

function harmless<Engine extends OpenScheduler>({ test, ok }: Suite<Engine>): void {
  test("wake() twice for the same id and time rings at least once", async (stage) => {
    await stage.start();
    const at = stage.fromNow(500);
    await Promise.all([stage.scheduler.wake(["double"], at), stage.scheduler.wake(["double"], at)]);
    ok(await stage.rangFor(["double"], 500), "it did not ring");
    ok(
      stage.ringsFor("double").every((rangAt) => rangAt >= at),
      "it rang early",
    );
  });

  test("wake() for an id that has been rung for rings again", async (stage) => {
    await stage.start();
    await stage.scheduler.wake(["again"], stage.fromNow(0));
    ok(await stage.rangFor(["again"]), "it did not ring the first time");
    const before = stage.ringsFor("again").length;
    await stage.scheduler.wake(["again"], stage.fromNow(0));
    ok(await stage.until(() => stage.ringsFor("again").length > before), "it did not ring the second time");
  });

  test("wake() without ids does not throw", async (stage) => {
    await stage.start();
    await stage.scheduler.wake([], stage.fromNow(0));
  });

  test("wake() before start() does not throw, and spoils no later ring", async (stage) => {
    await stage.scheduler.wake(["too-soon"], stage.fromNow(0));
    await stage.start();
    await stage.scheduler.wake(["after-start"], stage.fromNow(0));
    ok(await stage.rangFor(["after-start"]), "it did not ring after start()");
  });

  test("a wake handler that rejects is logged, and later rings come", async (stage) => {
    await stage.start({ onWake: () => Promise.reject(new Error("the store is down")) });
    await stage.scheduler.wake(["rejected"], stage.fromNow(0));
    ok(await stage.until(() => stage.logger.entries.length > 0), "the rejection was not logged");
    await stage.scheduler.wake(["after-rejection"], stage.fromNow(0));
    ok(await stage.rangFor(["after-rejection"]), "it rang no more");
  });
}
