import { mariadb, postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { present, sqlite } from "./experiments/databases.js";
import { lostWakeUps } from "./experiments/lost-wake-ups.js";

describe.concurrent.each(present([sqlite, postgres, mariadb.mysql2]))("on $name", (database) => {
  test("what hosts queued that died between the commit and the ring is sent once, by the sweep or by the same call again", {
    timeout: 120_000,
  }, async () => {
    expect(await lostWakeUps({ database, rounds: 4 })).toEqual({
      killed: 4,
      pending: 6,
      sentBySweep: 6,
      // The canary: nothing else than the sweep or the call finds them.
      sentByRing: 0,
      sentByRepeatedCalls: 6,
      repeatedAnswers: { duplicate: 12 },
      repeatedSends: 0,
      unsent: {},
    });
  });
});

test.each(present([postgres]))(
  "what hosts queued in a transaction on $name under pg-boss is rung for, though they died right after the commit",
  { timeout: 120_000 },
  async (database) => {
    expect(await lostWakeUps({ database, scheduler: "pg-boss", rounds: 4 })).toMatchObject({
      ...{ killed: 4, pending: 6, sentBySweep: 6 },
      ...{ sentByRing: 6, sentByRepeatedCalls: 0, repeatedSends: 0, unsent: {} },
    });
  },
);
