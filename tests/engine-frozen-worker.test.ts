import { postgres } from "@callboard/test-databases";
import { describe, expect, test } from "vitest";
import { present } from "./experiments/databases.js";
import { freeze, freezes } from "./experiments/freezes.js";

const timeout = 120_000;
const clean = { unsent: {}, unfounded: 0, ghosts: 0, unexplained: 0, late: 0 };

// Not on SQLite, where a process that is stopped while it writes stops everybody else, too.
describe.concurrent.each(present([postgres]))("on $name", (database) => {
  test("a worker that is stopped for two leases before it writes its attempts sends nothing when it goes on", {
    timeout,
  }, async () => {
    const { crashes, ...counts } = await freeze({ database, at: "before-attempts" });
    expect(counts).toEqual({ ...clean, repeated: 0 });
    expect(crashes).toBeGreaterThanOrEqual(10);
  });

  test("a worker that is stopped for two leases before it hears that its attempts are written sends nothing when it goes on", {
    timeout,
  }, async () => {
    const { crashes, ...counts } = await freeze({ database, at: "after-attempts" });
    expect(counts).toEqual({ ...clean, repeated: 0 });
  });

  test("workers that are stopped for two leases at random moments send nothing that is no longer theirs", {
    timeout,
  }, async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { repeated, crashes, ...counts } = await freezes({ database, rounds: 2, seed });
    expect(counts, `seed ${seed}`).toEqual(clean);
  });

  test("a worker that sends without a look at its leases is found: it sends what another one has sent", {
    timeout,
  }, async () => {
    const { ghosts } = await freeze({ database, at: "before-attempts", careless: true });
    expect(ghosts).toBe(10);
  });
});
