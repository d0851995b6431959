import fc from "fast-check";
import { expect, test } from "vitest";
import { settableClock, startedScheduler } from "./started-scheduler.js";

const wake = fc.record({ wakeInMs: fc.integer({ min: -2_000, max: 9_000_000 }) });
const advance = fc.record({ advanceMs: fc.nat({ max: 4_000_000 }) });

test("each id is rung for exactly once, at its time or at once, whatever is asked for and whenever", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(wake, advance), { maxLength: 40 }), async (steps) => {
      const { scheduler, clock, rings, fromNow } = await startedScheduler();
      const expected = new Map<string, number>();
      for (const [index, step] of steps.entries()) {
        if ("advanceMs" in step) await clock.advance(step.advanceMs);
        else {
          await scheduler.wake([`id-${index}`], fromNow(step.wakeInMs));
          expected.set(`id-${index}`, fromNow(Math.max(0, step.wakeInMs)).getTime());
        }
        expect(clock.pendingTimers).toBeLessThanOrEqual(1);
      }
      await clock.advance(9_000_000);
      const rung = rings.flatMap(({ ids, at }) => ids.map((id) => [id, at.getTime()] as const));
      expect(rung.length).toBe(expected.size);
      expect(new Map(rung)).toEqual(expected);
      expect(clock.pendingTimers).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("wake() rings by the clock, not by the timer, when the clock is set back", async () => {
  const clock = settableClock();
  const { scheduler, rings, fromNow } = await startedScheduler({ clock });
  const at = fromNow(1_000);
  await scheduler.wake(["a"], at);
  clock.set(-60_000);
  await clock.advance(1_000);
  expect(rings).toEqual([]);
  await clock.advance(60_000);
  expect(rings).toEqual([{ ids: ["a"], at }]);
});

test("wake() rings within the hour when the clock is set forward", async () => {
  const clock = settableClock();
  const { scheduler, rings, fromNow } = await startedScheduler({ clock });
  await scheduler.wake(["a"], fromNow(86_400_000));
  clock.set(86_400_000);
  await clock.advance(3_600_000);
  expect(rings.map(({ ids }) => ids)).toEqual([["a"]]);
});
