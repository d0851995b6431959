import { expect, test } from "vitest";
import { testClock } from "../src/index.js";

test("advance() rings due timers in order, each at its own time", async () => {
  const clock = testClock(new Date(0));
  const rung: [string, number][] = [];
  const ring = (name: string) => () => void rung.push([name, clock.now().getTime()]);
  clock.setTimer(ring("late"), 300);
  clock.setTimer(ring("first of two"), 100);
  clock.setTimer(ring("second of two"), 100);
  clock.setTimer(ring("not yet"), 301);
  await clock.advance(300);
  expect(rung).toEqual([
    ["first of two", 100],
    ["second of two", 100],
    ["late", 300],
  ]);
  expect(clock.pendingTimers).toBe(1);
});

test("advance() rings timers that a timer or a promise behind it sets, if they are due", async () => {
  const clock = testClock(new Date(0));
  const rung: number[] = [];
  clock.setTimer(async () => {
    for (let step = 0; step < 50; step += 1) await null;
    await new Promise((resolve) => setImmediate(resolve));
    clock.setTimer(() => rung.push(clock.now().getTime()), 40);
  }, 10);
  await clock.advance(50);
  expect(rung).toEqual([50]);
});

test("advance() by 0 rings what is due now and lets promises settle", async () => {
  const clock = testClock();
  let settled = false;
  clock.setTimer(
    () =>
      Promise.resolve().then(() => {
        settled = true;
      }),
    -5,
  );
  await clock.advance(0);
  expect(settled).toBe(true);
});

test("advance() moves time without timers, and now() gives a Date of its own", async () => {
  const clock = testClock();
  clock.now().setTime(0);
  await clock.advance(1_500);
  expect(clock.now()).toEqual(new Date("2026-01-01T00:00:01.500Z"));
});

test("cancel() before the ring prevents it; after the ring it is harmless", async () => {
  const clock = testClock();
  let rings = 0;
  const count = () => {
    rings += 1;
  };
  clock.setTimer(count, 10).cancel();
  const rung = clock.setTimer(count, 20);
  await clock.advance(20);
  rung.cancel();
  expect(rings).toBe(1);
  expect(clock.pendingTimers).toBe(0);
});

test.each([Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
  "setTimer() refuses a delay of %d, which a real clock cannot keep",
  (delayMs) => {
    expect(() => testClock().setTimer(() => {}, delayMs)).toThrow("set a shorter timer and look again");
  },
);

test("advance() refuses to go back", async () => {
  await expect(testClock().advance(-1)).rejects.toThrow("time only moves on");
});
