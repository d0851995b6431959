import { postgres } from "@callboard/test-databases";
import { describe, expect, test, vi } from "vitest";
import { present } from "./experiments/databases.js";
import { bullmq, pgBoss, presentEngines } from "./experiments/engines.js";
import { meetForeignHints } from "./experiments/foreign-hints.js";

vi.setConfig({ testTimeout: 120_000 });

describe.concurrent.each(present([postgres]))("on $name", (database) => {
  test.each(presentEngines([bullmq, pgBoss]))(
    "hints of other versions in the queue of $name ring like any other, and no job fails",
    async (engine) => {
      const { rung, hints, ...left } = await meetForeignHints({ database, engine });
      expect(rung).toBe(hints);
      expect(left).toEqual({ jobs: {}, troubles: [] });
    },
  );
});
