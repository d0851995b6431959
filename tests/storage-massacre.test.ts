import { expect, test } from "vitest";
import { servers } from "./experiments/databases.js";
import { massacre } from "./experiments/massacre.js";

test.each(servers)(
  "while all connections to $name are killed ten times a second, calls that are repeated queue once, and all is sent",
  { timeout: 120_000 },
  async (database) => {
    const counts = await massacre({ database, forMs: 3_000, everyMs: 100 });
    const { massacres, killed, calls, faults, repeatedSends, ...mistakes } = counts;
    // Something happened, and the callers were told what.
    expect(killed).toBeGreaterThan(massacres);
    expect(calls).toBeGreaterThan(0);
    const { unavailable, "outcome-unknown": unknown, conflict, ...others } = faults;
    expect(unavailable).toBeGreaterThan(0);
    expect(others).toEqual({});
    expect(mistakes).toEqual({
      strange: [],
      untrue: [],
      rowsTooMany: 0,
      unsent: {},
      ghosts: 0,
      unexplainedSends: 0,
      unhandledRejections: [],
    });
  },
);
