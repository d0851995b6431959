import { InvalidOptionsError } from "@callboard/core/adapter";
import type { OpenScheduler, SchedulerUnderTest } from "./scheduler-under-test.js";
import type { Suite } from "./stage.js";

/** `capabilities` and `ping`: a scheduler says what it can, and whether its engine answers. */
export function capabilitiesContract<Engine extends OpenScheduler>({
  test,
  equal,
  ok,
  underTest,
}: Suite<Engine>): void {
  refuseUntestable(underTest);

  test("capabilities are those that are stated", async ({ scheduler }) => {
    const { transactionalWake, wakesOtherProcesses, sharedPacing } = scheduler.capabilities;
    equal(
      { transactionalWake, wakesOtherProcesses, sharedPacing: sharedPacing !== null },
      underTest.capabilities,
    );
  });

  test("ping() resolves before start(), while it rings, and after stop()", async (stage) => {
    ok(await stage.settles(stage.scheduler.ping()), "it did not answer before start()");
    await stage.start();
    ok(await stage.settles(stage.scheduler.ping()), "it did not answer after start()");
    await stage.stop({ drainMs: 0 });
    ok(await stage.settles(stage.scheduler.ping()), "it did not answer after stop()");
  });
}

/** A capability that nobody tries is only a word. */
function refuseUntestable<Engine extends OpenScheduler>({
  capabilities,
  transact,
  another,
}: SchedulerUnderTest<Engine>): void {
  const { transactionalWake, wakesOtherProcesses, sharedPacing } = capabilities;
  if (transactionalWake && !transact) throw needs("transactionalWake", "transact");
  if (wakesOtherProcesses && !another) throw needs("wakesOtherProcesses", "another");
  if (sharedPacing && !another) throw needs("sharedPacing", "another");
}

function needs(capability: string, ability: string): InvalidOptionsError {
  return new InvalidOptionsError(
    `schedulerConformance({ ${ability} })`,
    `is missing, and capabilities.${capability} cannot be tested without it. Give ${ability}().`,
  );
}
