import type { OpenScheduler } from "./scheduler-under-test.js";
import type { Suite } from "./stage.js";

/** What one process asks for may ring in another, now or when one is started. */
export function severalProcessesContract<Engine extends OpenScheduler>({
  test,
  ok,
  underTest,
}: Suite<Engine>): void {
  if (!underTest.capabilities.wakesOtherProcesses) return;

  test("wake() of a scheduler that is never started rings in another one", async (stage) => {
    const asking = await stage.another();
    await stage.start();
    await asking.scheduler.wake(["from-elsewhere"], stage.fromNow(0));
    ok(await stage.rangFor(["from-elsewhere"]), "it did not ring");
  });

  test("wake-ups that wait while their scheduler stops ring in another one", async (stage) => {
    const other = await stage.another();
    await stage.start();
    await other.start();
    const ids = Array.from({ length: 100 }, (_, index) => `handed-over-${index}`);
    await stage.scheduler.wake(ids, stage.fromNow(1_500));
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    ok(await other.rangFor(ids, 1_500), "an id was not rung for");
  });

  test("wake-ups that fell due while no scheduler rang ring when one is started", async (stage) => {
    const other = await stage.another();
    await stage.start();
    await stage.scheduler.wake(["overdue"], stage.fromNow(500));
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    await stage.time.advance(500 + stage.pace.silenceMs);
    await other.start();
    ok(await other.rangFor(["overdue"]), "it did not ring");
  });
}
