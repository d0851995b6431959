import type { RateLimiter, Scheduler } from "@callboard/core/adapter";
import type { OpenScheduler } from "./scheduler-under-test.js";
import type { Stage, Suite } from "./stage.js";

/** `sharedPacing`: what one process sends counts for all. None of them needs to be started. */
export function pacingContract<Engine extends OpenScheduler>({
  test,
  equal,
  ok,
  underTest,
}: Suite<Engine>): void {
  if (!underTest.capabilities.sharedPacing) return;

  test("sharedPacing counts for all schedulers together", async (stage) => {
    const [one, other] = await limitersOf(stage, await stage.another());
    equal(await one.get("sender"), null);
    equal((await one.consume("sender", 2)).consumedPoints, 2);
    equal((await other.consume("sender", 1)).consumedPoints, 3);
    equal((await one.reward("sender", 2)).consumedPoints, 1);
    equal((await other.get("sender"))?.consumedPoints, 1);
    equal(await other.get("another sender"), null);
  });

  test("sharedPacing rejects with the sum when it is above the limit, and counts it", async (stage) => {
    const [one, other] = await limitersOf(stage, await stage.another());
    await one.consume("sender", points);
    const answer = await other.consume("sender", 1).then(
      () => null,
      (refusal: { readonly consumedPoints?: number }) => refusal.consumedPoints,
    );
    equal(answer, points + 1);
    equal((await one.get("sender"))?.consumedPoints, points + 1);
  });

  test("sharedPacing keeps kinds of limits apart", async (stage) => {
    const [one] = await limitersOf(stage, stage);
    const other = limiterOf(stage.scheduler, "callboard-suite-other");
    await one.consume("sender", points);
    equal((await other.consume("sender", 1)).consumedPoints, 1);
    ok((await one.get("sender"))?.consumedPoints === points, "one kind counted for the other");
  });
}

const points = 5;

async function limitersOf(one: Stage, other: Stage): Promise<readonly [RateLimiter, RateLimiter]> {
  return [limiterOf(one.scheduler, "callboard-suite"), limiterOf(other.scheduler, "callboard-suite")];
}

function limiterOf({ capabilities }: Scheduler, keyPrefix: string): RateLimiter {
  if (!capabilities.sharedPacing) throw new Error("capabilities.sharedPacing is stated, but null.");
  return capabilities.sharedPacing({ keyPrefix, points, duration: 10 });
}
