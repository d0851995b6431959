import { expect, test } from "vitest";
import { clusterAbsence } from "./crash/postgres-cluster.js";
import { postgresCrashes } from "./experiments/postgres-crashes.js";

const absence = clusterAbsence();
if (absence !== null && process.env.CALLBOARD_REQUIRE_SERVICES === "1") throw new Error(absence);
if (absence !== null) console.log(`Left out, because ${absence}: a database server that crashes.`);

test.skipIf(absence !== null)(
  "300 notifications are sent over three crashes of the database server, and calls say what was the matter",
  { timeout: 120_000 },
  async () => {
    const { faults, answers, ...counts } = await postgresCrashes({ notifications: 300, crashes: 3 });
    const { unavailable, "outcome-unknown": unknown = 0, ...others } = faults;
    expect(unavailable).toBeGreaterThan(0);
    expect(others).toEqual({});
    // A call whose commit got no answer may have succeeded.
    const { queued = 0, duplicate = 0 } = answers;
    expect(queued + duplicate).toBe(3);
    expect(duplicate).toBeLessThanOrEqual(unknown);
    expect(counts).toEqual({ rows: 303, unsent: {}, unexplained: 0, ghosts: 0, unhandledRejections: [] });
  },
);

test.skipIf(absence !== null)(
  "a worker that forgets what it could not record is found: its messages stay on their way for ever",
  { timeout: 120_000 },
  async () => {
    const { unsent } = await postgresCrashes({ notifications: 100, crashes: 1, forgetful: true });
    // Besides those, stop() may have given back what was claimed and not begun.
    expect(unsent.sending).toBeGreaterThan(0);
  },
);
