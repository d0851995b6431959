import { describe, expect, test } from "vitest";
import { sqlite } from "./experiments/databases.js";
import { type PoisonCounts, type PoisonOptions, poisoned } from "./experiments/poison.js";

const timeout = 120_000;
const kinds = [
  { what: "ends", end: "exit", maxCrashes: 5 },
  { what: "blocks for ever", end: "loop", maxCrashes: 3 },
] satisfies readonly ({ what: string } & Pick<PoisonOptions, "end" | "maxCrashes">)[];

describe.concurrent.each(kinds)("a notification that $what each worker that is to send it", (kind) => {
  const { end, maxCrashes } = kind;
  let poisoning: Promise<PoisonCounts> | undefined;
  const outcome = () => {
    poisoning ??= poisoned({ database: sqlite, end, maxCrashes });
    return poisoning;
  };

  test(`is quarantined with a reason when it has cost ${maxCrashes} workers`, { timeout }, async () => {
    const { poison, restarts, otherEndings, others } = await outcome();
    expect(poison).toMatchObject({
      status: "failed",
      attempts: 0,
      crashes: maxCrashes,
      failure: {
        failureClass: "quarantined",
        message: `${maxCrashes} workers died or froze in the middle of this notification.`,
      },
    });
    expect({ restarts, otherEndings }).toEqual({ restarts: maxCrashes, otherEndings: [] });
    expect(others).toMatchObject({ unfounded: 0, ghosts: 0, repeated: 0, unexplained: 0 });
  });

  test("keeps none of the 299 others from being sent", { timeout }, async () => {
    const { others } = await outcome();
    expect(others.unsent).toEqual({});
  });
});

test.concurrent("a policy that gives a notification more crashes is found: it costs more workers", {
  timeout,
}, async () => {
  const { restarts } = await poisoned({
    ...{ database: sqlite, end: "exit", notifications: 2, maxCrashes: 6 },
  });
  expect(restarts).toBeGreaterThan(5);
});
