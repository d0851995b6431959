import { virtualClock } from "@callboard/whatsapp-simulator";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dayMs, openAccount } from "./support/open-account.js";
import { templateMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

test("advance() runs timers in order of time, those of one time in the order they were set", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }), async (delays) => {
      const clock = virtualClock();
      const start = clock.now().getTime();
      const rung: [ms: number, index: number][] = [];
      for (const [index, ms] of delays.entries()) {
        clock.setTimeout(() => rung.push([clock.now().getTime() - start, index]), ms);
      }
      await clock.advance(50);
      const expected = delays.map((ms, index) => [ms, index] as const).sort(([a], [b]) => a - b);
      expect(rung).toEqual(expected);
      expect(clock.now().getTime() - start).toBe(50);
    }),
    { numRuns: 30 },
  );
});

test("advance() runs timers that other timers set, when they are due as well", async () => {
  const clock = virtualClock(new Date(0));
  const rung: number[] = [];
  clock.setTimeout(() => clock.setTimeout(() => rung.push(clock.now().getTime()), 10), 10);
  await clock.advance(20);
  expect(rung).toEqual([20]);
});

test("a cancelled timer does not ring, and one beyond the time waits", async () => {
  const clock = virtualClock();
  const rung: string[] = [];
  clock.setTimeout(() => rung.push("cancelled"), 5)();
  clock.setTimeout(() => rung.push("later"), 11);
  await clock.advance(10);
  expect(rung).toEqual([]);
});

test("two calls of advance() at once run one after the other", async () => {
  const clock = virtualClock(new Date(0));
  await Promise.all([clock.advance(5), clock.advance(7)]);
  expect(clock.now().getTime()).toBe(12);
});

test.each([-1, Number.NaN])("advance(%s) is refused", (ms) => {
  expect(() => virtualClock().advance(ms)).toThrow(RangeError);
});

test("a test lives through retries that are days apart in one call", async () => {
  const { url, answers, received } = await webhookReceiver();
  answers.push(500, 500);
  const { send, clock, simulator } = await openAccount({
    webhookUrl: url,
    webhookRetryDelaysMs: [dayMs, 2 * dayMs],
    statusDelaysMs: { sent: 0, delivered: null, read: null },
  });
  await send(templateMessage("order_shipped"));
  await clock.advance(4 * dayMs);
  expect(received).toHaveLength(3);
  expect(simulator.webhookReport()).toMatchObject({ delivered: 1, refused: 2, abandoned: 0 });
});
