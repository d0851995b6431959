import { expect, test } from "vitest";
import { sqlite } from "./experiments/databases.js";
import { restartedHost } from "./experiments/restarted-host.js";

test("a host with no queue but its own timers, killed three times while it sends, goes on after each start and tells everybody", {
  timeout: 120_000,
}, async () => {
  const { pickedUpMs, inFlight, rows, audit } = await restartedHost({
    ...{ database: sqlite, people: 80, kills: 3 },
  });
  expect(pickedUpMs).toHaveLength(3);
  expect(inFlight).toBeGreaterThan(0);
  expect(rows).toBe(80);
  expect(audit).toMatchObject({ unsent: {}, unfounded: 0, ghosts: 0, unexplained: 0 });
});
