import { postgres } from "@callboard/test-databases";
import { describe, expect, test, vi } from "vitest";
import { changeScheduler } from "./experiments/changed-scheduler.js";
import { present } from "./experiments/databases.js";
import { bullmq, inProcess, pgBoss, presentEngines } from "./experiments/engines.js";

vi.setConfig({ testTimeout: 120_000 });

const engines = presentEngines([inProcess, bullmq, pgBoss]);
const changes = engines.flatMap((from) => engines.flatMap((to) => (from === to ? [] : [{ from, to }])));
const notifications = 80;

describe.concurrent.each(present([postgres]))("on $name", (database) => {
  test.each(changes)(
    "a host that is restarted with $to.name instead of $from.name tells everybody of what waited, once",
    async (change) => {
      const { waited, ...counts } = await changeScheduler({ database, notifications, ...change });
      // It had twenty in hand.
      expect(waited).toBeGreaterThanOrEqual(notifications / 2);
      expect(counts).toEqual({ unsent: {}, repeatedSends: 0 });
    },
  );

  test("without a sweep, nobody is told of what waited for a wake-up of the former scheduler", async () => {
    const change = { from: inProcess, to: inProcess, sweepMs: 600_000, patienceMs: 300 };
    const { unsent } = await changeScheduler({ database, notifications, ...change });
    expect(unsent).toEqual({ pending: notifications / 2 });
  });
});
