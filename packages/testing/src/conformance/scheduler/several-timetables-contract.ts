import type { OpenScheduler } from "./scheduler-under-test.js";
import { everySlot, slotsOf } from "./slots.js";
import type { Stage, Suite } from "./stage.js";

/** `every` in several processes: any of them may ring for a slot, and the store picks one. */
export function severalTimetablesContract<Engine extends OpenScheduler>({
  test,
  ok,
  equal,
  underTest,
}: Suite<Engine>): void {
  if (!underTest.another) return;

  test("every() of four schedulers rings for each slot, and with a mark each runs once", async (stage) => {
    const stages: [Stage, ...Stage[]] = [
      stage,
      await stage.another(),
      await stage.another(),
      await stage.another(),
    ];
    const ran: number[] = [];
    const onTick = async ({ slot }: { readonly slot: Date }) => {
      // What `claimSlot` does: the mark only moves on.
      if (slot.getTime() > (ran.at(-1) ?? 0)) ran.push(slot.getTime());
    };
    for (const each of stages) {
      await each.start({ onTick });
      await each.every(everySlot(stage, { name: "shared" }));
    }
    ok(await areRung(stages, "shared", 3), "three slots were not rung for");
    equal(ran, consecutive(stage, ran));
    ok(
      stages.every(({ ticks }) => ticks.every(({ slot, rangAt }) => rangAt >= slot)),
      "one rang early",
    );
  });

  test("stop() of one scheduler leaves the slots of its job to the others", async (stage) => {
    const other = await stage.another();
    for (const each of [stage, other]) {
      await each.start();
      await each.every(everySlot(stage, { name: "left" }));
    }
    ok(await areRung([stage, other], "left", 1), "it did not ring");
    ok(await stage.stop({ drainMs: 0 }), "it did not stop");
    const before = slotsOf([other], "left").length;
    ok(await areRung([other], "left", before + 2), "the slots were not rung for");
  });
}

function areRung(stages: readonly [Stage, ...Stage[]], job: string, count: number): Promise<boolean> {
  const { slotsEveryMs, slotLatenessMs } = stages[0].pace;
  const rung = () => slotsOf(stages, job).length >= count;
  return stages[0].until(rung, (count + 1) * slotsEveryMs, slotLatenessMs);
}

function consecutive({ pace }: Stage, slots: readonly number[]): number[] {
  const first = slots[0] ?? 0;
  return slots.map((_, index) => first - (first % pace.slotsEveryMs) + index * pace.slotsEveryMs);
}
