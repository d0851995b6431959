import { postgres } from "@callboard/test-databases";
import { describe, expect, test, vi } from "vitest";
import { present } from "./experiments/databases.js";
import { bullmq, inProcess, pgBoss, presentEngines } from "./experiments/engines.js";
import { monthAway } from "./experiments/month-away.js";

vi.setConfig({ testTimeout: 120_000 });

describe.concurrent.each(present([postgres]))("on $name", (database) => {
  test.each(presentEngines([inProcess, bullmq, pgBoss]))(
    "after 31 days without workers, under $name, everything is sent or has expired with its event, and nothing is gone",
    async (engine) => {
      expect(await monthAway({ database, engine, notifications: 5 })).toEqual({
        ended: {
          "due at once": { sent: 5 },
          "due in 20 days": { sent: 5 },
          "due in 40 days": { pending: 5 },
          "until in 10 days": { expired: 5 },
          "from in 5 until in 30 days": { expired: 5 },
          "until in 60 days": { sent: 5 },
        },
        // pg-boss keeps what is still to come.
        wakeUpsLeft: engine.name === "pg-boss" ? 5 : 0,
        events: { "notification.sent": 15, "notification.expired": 10 },
        repeatedSends: 0,
      });
    },
  );
});
