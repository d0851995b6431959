import { ringsAgain, slotsAgain } from "./recovered.js";
import type { OpenScheduler } from "./scheduler-under-test.js";
import { everySlot } from "./slots.js";
import type { Stage, Suite } from "./stage.js";

/** An engine that cannot be reached holds up nobody, and rings come when it is back. */
export function outageContract<Engine extends OpenScheduler>(suite: Suite<Engine>): void {
  const { cutOff } = suite.underTest;
  if (!cutOff) return;
  const whileDown: WhileDown<Engine> = async (engine, run) => {
    const restore = await cutOff(engine);
    try {
      return await run();
    } finally {
      await restore();
    }
  };
  holdsUpNobody(suite, whileDown);
  comesBack(suite, whileDown);
}

type WhileDown<Engine> = (engine: Engine, run: () => Promise<boolean>) => Promise<boolean>;

function holdsUpNobody<Engine extends OpenScheduler>(
  { test, ok }: Suite<Engine>,
  whileDown: WhileDown<Engine>,
): void {
  test("ping() while the engine is down rejects", async (stage, engine) => {
    ok(await whileDown(engine, () => pingRejects(stage)), "it did not reject");
  });

  test("stop() while the engine is down ends in time", async (stage, engine) => {
    await stage.start();
    ok(await whileDown(engine, () => stage.stop({ drainMs: 500 })), "it did not stop");
  });
}

function comesBack<Engine extends OpenScheduler>(
  { test, ok }: Suite<Engine>,
  whileDown: WhileDown<Engine>,
): void {
  test("wake() while the engine is down settles soon, and later ones ring", async (stage, engine) => {
    await stage.start();
    const settled = await whileDown(engine, () => {
      const wake = stage.scheduler.wake(["down"], stage.fromNow(0));
      return stage.settles(
        wake.catch(() => undefined /* The sweep finds it. */),
        250,
      );
    });
    ok(settled, "it held up who asked for it");
    ok(await ringsAgain(stage), "it rang no more");
  });

  test("start() while the engine is down resolves, and rings when it is back", async (stage, engine) => {
    const started = await whileDown(engine, async () => {
      await stage.every(everySlot(stage, { name: "started-down" }));
      return stage.settles(stage.start());
    });
    ok(started, "it did not start");
    ok(await ringsAgain(stage), "wake-ups do not ring");
    ok(await slotsAgain(stage, "started-down"), "slots are not rung for");
  });
}

/** Asks again for a while: a connection may not know yet that it is cut. */
async function pingRejects(stage: Stage): Promise<boolean> {
  let rejected = false;
  const deadline = stage.fromNow(stage.pace.latenessMs);
  while (!rejected && stage.time.now() < deadline) {
    stage.scheduler.ping().catch(() => {
      rejected = true;
    });
    await stage.time.advance(100);
  }
  return rejected;
}
