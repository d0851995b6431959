import type { OpenScheduler } from "./scheduler-under-test.js";
import type { Suite } from "./stage.js";

/** `wake` within a transaction of the host's: nobody sees the rows before its commit. */
export function transactionContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  waits(suite);
  commits(suite);
  leavesUsable(suite);
}

function waits<Engine extends OpenScheduler>({ test, ok, underTest }: Suite<Engine>): void {
  if (underTest.capabilities.transactionalWake) return;

  test("wake() with a transaction that the engine cannot join rings a moment later", async (stage) => {
    await stage.start();
    // Shorter than any moment that an engine waits, and longer than the way through it.
    const soonest = stage.fromNow(100);
    await stage.scheduler.wake(["within"], stage.fromNow(0), { transaction: {} });
    ok(await stage.rangFor(["within"], 1_000), "it did not ring");
    ok(
      stage.ringsFor("within").every((rangAt) => rangAt >= soonest),
      "it rang at once, when nothing could have been committed",
    );
  });
}

function commits<Engine extends OpenScheduler>({ test, ok, equal, rejects, underTest }: Suite<Engine>): void {
  const { transact } = underTest;
  if (!underTest.capabilities.transactionalWake || !transact) return;

  test("wake() within a transaction rings after its commit, not before", async (stage, engine) => {
    await stage.start();
    const committed = await transact(engine, async (transaction) => {
      await stage.scheduler.wake(["committed"], stage.fromNow(0), { transaction });
      await stage.time.advance(stage.pace.silenceMs);
      equal(stage.ringsFor("committed"), []);
    });
    ok(committed, "the transaction was not committed");
    ok(await stage.rangFor(["committed"]), "it did not ring");
  });

  test("wake() within a transaction that rolls back never rings", async (stage, engine) => {
    await stage.start();
    const rolledBack = transact(engine, async (transaction) => {
      await stage.scheduler.wake(["rolled-back"], stage.fromNow(0), { transaction });
      throw new RollBack();
    });
    await rejects(() => rolledBack, { name: "RollBack" });
    await stage.scheduler.wake(["afterwards"], stage.fromNow(0));
    ok(await stage.rangFor(["afterwards"]), "it rang no more");
    await stage.time.advance(stage.pace.silenceMs);
    equal(stage.ringsFor("rolled-back"), []);
  });
}

function leavesUsable<Engine extends OpenScheduler>({ test, ok, underTest }: Suite<Engine>): void {
  const { transact, loseQueue } = underTest;
  if (!underTest.capabilities.transactionalWake || !transact || !loseQueue) return;

  test("wake() that fails within a transaction leaves it usable", async (stage, engine) => {
    await stage.start();
    await loseQueue(engine);
    const committed = await transact(engine, async (transaction) => {
      const wake = stage.scheduler.wake(["lost"], stage.fromNow(0), { transaction });
      await wake.catch(() => "the sweep finds the rows that the host commits");
    });
    ok(committed, "what the host wrote is gone");
  });
}

class RollBack extends Error {
  override readonly name = "RollBack";
}
