import { describe, expect, test } from "vitest";
import { sqlite } from "./experiments/databases.js";
import { enginePlaces } from "./experiments/engine-places.js";
import { rollingDeploy } from "./experiments/rolling-deploy.js";

const timeout = 120_000;

describe.concurrent.each(enginePlaces)("on $database.name under $scheduler", (place) => {
  test("workers that are replaced every second, while 50 messages come in each second, send each of them once", {
    timeout,
  }, async () => {
    const counts = await rollingDeploy({ ...place, forMs: 4_000, everyMs: 1_000, perSecond: 50 });
    expect(counts.replaced).toBeGreaterThan(0);
    expect(counts.endings).toEqual({ 0: counts.replaced + 2 });
    expect(counts.queued).toBeGreaterThan(0);
    expect(counts.audit).toEqual({
      ...{ unsent: {}, unfounded: 0, ghosts: 0, repeated: 0, unexplained: 0, late: 0, crashes: 0 },
    });
  });
});

test.concurrent("workers that are killed instead are found: messages are sent again", {
  timeout,
}, async () => {
  const options = { database: sqlite, forMs: 2_000, everyMs: 500, perSecond: 50 } as const;
  const killed = { signal: "SIGKILL", leaseMs: 4_000, latencyMs: 1_000 } as const;
  const { audit } = await rollingDeploy({ ...options, ...killed });
  expect(audit.crashes).toBeGreaterThan(0);
  expect(audit).toMatchObject({ unsent: {}, ghosts: 0, unexplained: 0 });
});
