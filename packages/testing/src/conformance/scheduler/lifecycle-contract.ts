import type { Runner } from "../runner.js";
import type { OnStage, Stage } from "./stage.js";

/** `start` and `stop`: nothing rings outside them. */
export function lifecycleContract(runner: Runner, onStage: OnStage): void {
  starts(runner, onStage);
  stops(runner, onStage);
  drains(runner, onStage);
}

function starts({ test, ok, rejects }: Runner, onStage: OnStage): void {
  test(
    "start() a second time before stop() is a LifecycleError",
    onStage(async (stage) => {
      await stage.start();
      await rejects(() => stage.start(), { name: "LifecycleError" });
    }),
  );

  test(
    "start() after stop() rings again",
    onStage(async (stage) => {
      await stage.start();
      ok(await stage.stop({ drainMs: 0 }), "it did not stop");
      await stage.start();
      await stage.scheduler.wake(["restarted"], stage.fromNow(0));
      ok(await stage.rangFor(["restarted"]), "it did not ring");
    }),
  );
}

function stops({ test, ok, equal }: Runner, onStage: OnStage): void {
  test(
    "stop() ends the rings that were asked for before it",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.wake(["stopped"], stage.fromNow(1_000));
      ok(await stage.stop({ drainMs: 0 }), "it did not stop");
      await stage.time.advance(1_000 + stage.latenessMs);
      equal(stage.ringsFor("stopped"), []);
    }),
  );

  test(
    "stop() ends the timetable",
    onStage(async (stage) => {
      await stage.start();
      await stage.scheduler.every({ name: "stopped", cron: "*/2 * * * * *", timeZone: "UTC" });
      ok(await stage.until(() => stage.ticks.length > 0, 2_000), "it did not ring before");
      ok(await stage.stop({ drainMs: 0 }), "it did not stop");
      const before = stage.ticks.length;
      await stage.time.advance(4_000 + stage.latenessMs);
      equal(stage.ticks.length, before);
    }),
  );
}

function drains({ test, ok }: Runner, onStage: OnStage): void {
  test(
    "stop() waits for a handler that runs",
    onStage(async (stage) => {
      const release = await ringAndHold(stage);
      let stopped = false;
      const stopping = stage.stop({ drainMs: 10_000 }).then((inTime) => {
        stopped = inTime;
      });
      await stage.time.advance(500);
      ok(!stopped, "it did not wait");
      release();
      await stopping;
      ok(stopped, "it did not stop");
    }),
  );

  test(
    "stop() waits no longer than drainMs",
    onStage(async (stage) => {
      const release = await ringAndHold(stage);
      ok(await stage.stop({ drainMs: 500 }), "it waits for a handler that never ends");
      release();
    }),
  );
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
