import { describe, expect, test, vi } from "vitest";
import { sqlite } from "./experiments/databases.js";
import { bullmq, presentEngines } from "./experiments/engines.js";
import { sickRedis } from "./experiments/sick-redis.js";
import { down, evicting, type Sickness, sicknesses } from "./experiments/sicknesses.js";

vi.setConfig({ testTimeout: 120_000 });

const calls = 100;
const database = sqlite;
/** Twice is often enough to come back again. */
const noticed = sicknesses
  .filter(({ goesUnnoticed }) => !goesUnnoticed)
  .map((sickness) => ({ ...sickness, times: Math.min(2, sickness.times ?? 1) }));

describe.concurrent.each(presentEngines([bullmq]))("under $name, Redis", () => {
  test.each(noticed)(
    "$name: every call succeeds, health() tells, the sweep delivers, and rings come again without a restart",
    async (sickness) => {
      const { queued, ...counts } = await sickRedis({ database, sickness, calls });
      expect(queued).toBe(sickness.times * calls);
      expect(counts).toMatchObject({
        ...{ told: queued, unsent: {}, repeatedSends: 0, rejected: [], askedTooOften: 0 },
        health: healthUnder(sickness),
      });
      // Two workers and a health check, and not each attempt to reach it.
      expect(counts.warnings.length).toBeLessThanOrEqual(8 * sickness.times);
    },
  );

  test("evicting keys under pressure: the log warns of it, and nothing is lost", async () => {
    const counts = await sickRedis({ database, sickness: evicting, calls });
    expect(counts).toMatchObject({ queued: calls, told: calls, unsent: {}, repeatedSends: 0, rejected: [] });
    expect(counts.warnings.join()).toContain("maxmemory-policy noeviction");
  });

  test("down, and nobody sweeps: nobody is told before Redis is back", async () => {
    // A scheduler that failed is left alone for a second, and the calls that follow would be swept as well.
    const options = { sweepMs: 600_000, patienceMs: 1_500 };
    const { told, unsent } = await sickRedis({ database, sickness: down, calls: 10, ...options });
    expect({ told, unsent }).toEqual({ told: 0, unsent: {} });
  });
});

/** Well, and then unwell and well again for each time. */
function healthUnder({ isDownAtBoot = false, times = 1 }: Sickness): string[] {
  const spells = Array.from({ length: times }, () => ["degraded", "ok"]).flat();
  return isDownAtBoot ? spells : ["ok", ...spells];
}
