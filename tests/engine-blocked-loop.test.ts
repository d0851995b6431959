import { postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { type BlockedLoopCounts, blockedLoop } from "./experiments/blocked-loop.js";
import { present, sqlite } from "./experiments/databases.js";

const timeout = 120_000;

describe.concurrent.each(present([sqlite, postgres]))("on $name", (database) => {
  let blocking: Promise<BlockedLoopCounts> | undefined;
  const outcome = () => {
    blocking ??= blockedLoop({ database });
    return blocking;
  };

  test("a worker that blocks its event loop for three leases changes none of the rows that another one took over", {
    timeout,
  }, async () => {
    const { changedByZombie, readByAttempt, audit } = await outcome();
    expect(changedByZombie).toBe(0);
    expect(audit).toMatchObject({ unsent: {}, ghosts: 0, unexplained: 0, late: 0 });
    expect(audit.crashes).toBeGreaterThanOrEqual(10);
    // What the provider reports of the first worker's messages counts, too.
    expect(readByAttempt).toBe(10);
  });

  test("a worker that blocked its event loop while the answers came keeps their ids, and receipts match by them", {
    timeout,
  }, async () => {
    const { idsLearnt, readById } = await outcome();
    expect({ idsLearnt, readById }).toEqual({ idsLearnt: 10, readById: 10 });
  });
});

test.concurrent("a store that lets anybody record results is found: the blocked worker undoes what was sent", {
  timeout,
}, async () => {
  const { changedByZombie } = await blockedLoop({ database: sqlite, unfenced: true });
  expect(changedByZombie).toBe(10);
});
