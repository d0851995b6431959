import { mariadb, postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { present, sqlite } from "./experiments/databases.js";
import { earlyHints } from "./experiments/early-hints.js";

const timeout = 120_000;

describe.concurrent.each(present([sqlite, postgres, mariadb.mysql2]))("on $name", (database) => {
  test("a worker that is rung while transactions are open sends nothing before their commit, and misses nothing after it", {
    timeout,
  }, async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const counts = await earlyHints({ database, transactions: 24, holdMs: 200, seed });
    expect(counts, `seed ${seed}`).toEqual({
      premature: 0,
      ghosts: 0,
      sent: 18,
      repeatedSends: 0,
      troubles: [],
    });
  });
});

test.each(present([postgres]))(
  "a worker under pg-boss that never looks by itself is rung once transactions on $name are committed, and for none that is undone",
  { timeout },
  async (database) => {
    const options = { database, transactions: 24, holdMs: 200, seed: 1 } as const;
    const counts = await earlyHints({ ...options, scheduler: "pg-boss", sweepMs: 600_000 });
    expect(counts).toEqual({ premature: 0, ghosts: 0, sent: 18, repeatedSends: 0, troubles: [] });
  },
);

test.each(present([postgres]))(
  "a host on $name that forgets to hand its transaction over is found: people are told of what is undone",
  { timeout },
  async (database) => {
    const { premature, ghosts } = await earlyHints({
      ...{ database, transactions: 8, holdMs: 200, seed: 1, outside: true },
    });
    expect(premature).toBeGreaterThan(0);
    expect(ghosts).toBe(2);
  },
);
