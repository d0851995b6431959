import { postgres } from "@callboard/test-databases";
import { describe, expect, test, vi } from "vitest";
import { present } from "./experiments/databases.js";
import { bullmq, pgBoss, presentEngines } from "./experiments/engines.js";
import { wipedQueue } from "./experiments/wiped-queue.js";

vi.setConfig({ testTimeout: 120_000 });

const notifications = 300;
const allOnce = { queued: notifications, unsent: {}, repeatedSends: 0, slotsMissed: 0, slotsRepeated: 0 };

describe.concurrent.each(present([postgres]))("on $name", (database) => {
  const engines = presentEngines([bullmq, pgBoss]);

  describe.each(engines)("under $name", (engine) => {
    test("everybody is told once when all wake-ups are lost at a third and at two thirds; then it rings again", async () => {
      expect(await wipedQueue({ database, engine, notifications })).toEqual(allOnce);
    });

    test("everybody is told once when a random half of what the engine keeps is lost; then it rings again", async () => {
      const loseSome = { seed: 1 };
      expect(await wipedQueue({ database, engine, notifications, loseSome })).toEqual(allOnce);
    });
  });

  test.each(engines.slice(0, 1))(
    "under $name, without a sweep, people whose wake-up was lost are not told",
    async (engine) => {
      const blind = { sweepMs: 600_000, patienceMs: 1_500 };
      const { unsent } = await wipedQueue({ database, engine, notifications, ...blind });
      expect(unsent).toEqual({ pending: expect.any(Number) });
    },
  );
});
