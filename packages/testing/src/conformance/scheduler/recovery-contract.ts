import { ringsAgain, slotsAgain } from "./recovered.js";
import type { OpenScheduler } from "./scheduler-under-test.js";
import { everySlot, tickedFor } from "./slots.js";
import type { Suite } from "./stage.js";

/** An engine that was emptied, and a queue with what nobody can read: neither ends the rings. */
export function recoveryContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  wipes(suite);
  disturbs(suite);
}

function wipes<Engine extends OpenScheduler>({ test, ok, underTest }: Suite<Engine>): void {
  const { wipe } = underTest;
  if (!wipe) return;

  test("wake() rings after the engine was emptied, without a restart", async (stage, engine) => {
    await stage.start();
    await stage.scheduler.wake(["before"], stage.fromNow(0));
    ok(await stage.rangFor(["before"]), "it did not ring before");
    await stage.scheduler.wake(["wiped"], stage.fromNow(60_000));
    await wipe(engine);
    ok(await ringsAgain(stage), "it rang no more");
  });

  test("every() rings after the engine was emptied, without a restart", async (stage, engine) => {
    await stage.start();
    await stage.every(everySlot(stage, { name: "wiped" }));
    ok(await tickedFor(stage, "wiped", 1), "it did not ring before");
    await wipe(engine);
    ok(await slotsAgain(stage, "wiped"), "it rang no more");
  });
}

function disturbs<Engine extends OpenScheduler>({ test, ok, equal, underTest }: Suite<Engine>): void {
  const { disturb } = underTest;
  if (!disturb) return;

  test("a wake-up that cannot be read rings without ids or not at all, and later rings come", async (stage, engine) => {
    await stage.start();
    await disturb(engine);
    await stage.scheduler.wake(["afterwards"], stage.fromNow(0));
    ok(await stage.rangFor(["afterwards"]), "it rang no more");
    await stage.time.advance(stage.pace.silenceMs);
    const { length } = stage.rings;
    await stage.time.advance(stage.pace.silenceMs);
    equal(stage.rings.length, length);
    equal(
      stage.rings.flat().filter((id) => id !== "afterwards"),
      [],
    );
  });
}
