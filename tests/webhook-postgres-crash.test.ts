import { expect, test } from "vitest";
import { clusterAbsence } from "./crash/postgres-cluster.js";
import { webhooksOverCrashes } from "./experiments/webhooks-over-crashes.js";

const absence = clusterAbsence();
if (absence !== null && process.env.CALLBOARD_REQUIRE_SERVICES === "1") throw new Error(absence);
if (absence !== null) console.log(`Left out, because ${absence}: webhooks over a crash of the server.`);

test.skipIf(absence !== null)(
  "W07: webhooks that come while the database server crashes are not answered with 200, and none is lost when they come again",
  { timeout: 120_000 },
  async () => {
    const notifications = 800;
    const { answers, statuses } = await webhooksOverCrashes(notifications);
    expect(statuses).toEqual({ read: notifications });
    expect(answers["200"]).toBe(notifications - 200 + 1);
    expect(answers["503"]).toBeGreaterThan(0);
    expect(Object.keys(answers).sort()).toEqual(["200", "503"]);
  },
);
