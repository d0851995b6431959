import type { OpenScheduler } from "./scheduler-under-test.js";
import { everySlot, tickedFor } from "./slots.js";
import type { Stage, Suite } from "./stage.js";

/** `start` and `stop`: nothing rings outside them. */
export function lifecycleContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  starts(suite);
  stops(suite);
  drains(suite);
}

function starts<Engine extends OpenScheduler>({ test, ok, rejects }: Suite<Engine>): void {
  test("start() a second time before stop() is a LifecycleError", async (stage) => {
    await stage.start();
    await rejects(() => stage.start(), { name: "LifecycleError" });
  });

  test("start() after stop() rings again", async (stage) => {
    await stage.start();
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    await stage.start();
    await stage.scheduler.wake(["restarted"], stage.fromNow(0));
    ok(await stage.rangFor(["restarted"]), "it did not ring");
  });
}

function stops<Engine extends OpenScheduler>({ test, ok, equal }: Suite<Engine>): void {
  test("stop() ends the rings that were asked for before it", async (stage) => {
    await stage.start();
    await stage.scheduler.wake(["stopped"], stage.fromNow(1_000));
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    await stage.time.advance(1_000 + stage.pace.silenceMs);
    equal(stage.ringsFor("stopped"), []);
  });

  test("stop() ends the timetable", async (stage) => {
    const { slotsEveryMs, silenceMs } = stage.pace;
    await stage.start();
    await stage.every(everySlot(stage, { name: "stopped" }));
    ok(await tickedFor(stage, "stopped", 1), "it did not ring before");
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    const before = stage.ticks.length;
    await stage.time.advance(2 * slotsEveryMs + silenceMs);
    equal(stage.ticks.length, before);
  });

  test("stop() before start() and twice is harmless", async (stage) => {
    ok(await stage.stop({ drainMs: 0 }), "it did not stop before it was started");
    await stage.start();
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    ok(await stage.stop({ drainMs: 0 }), "it did not stop twice");
    await stage.start();
    await stage.scheduler.wake(["afterwards"], stage.fromNow(0));
    ok(await stage.rangFor(["afterwards"]), "it rang no more");
  });
}

function drains<Engine extends OpenScheduler>({ test, ok }: Suite<Engine>): void {
  test("stop() waits for a handler that runs", async (stage) => {
    const release = await ringAndHold(stage);
    let stopped = false;
    const stopping = stage.scheduler.stop({ drainMs: 10_000 }).then(() => {
      stopped = true;
    });
    await stage.time.advance(500);
    ok(!stopped, "it did not wait");
    release();
    ok(await stage.settles(stopping), "it did not stop");
  });

  test("stop() waits no longer than drainMs", async (stage) => {
    const release = await ringAndHold(stage);
    ok(await stage.stop({ drainMs: 500 }), "it waits for a handler that never ends");
    release();
  });
}

/** Leaves one handler running. @returns what ends it. */
async function ringAndHold(stage: Stage): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await stage.start({ onWake: () => held });
  await stage.scheduler.wake(["held"], stage.fromNow(0));
  if (!(await stage.rangFor(["held"]))) throw new Error("it did not ring");
  return release;
}
