import { describe, expect, test } from "vitest";
import { sqlite } from "./experiments/databases.js";
import { drain } from "./experiments/drain.js";
import { enginePlaces } from "./experiments/engine-places.js";

const timeout = 120_000;
const exited = { code: 0, signal: null };
const clean = { unsent: {}, unfounded: 0, ghosts: 0, unexplained: 0, late: 0, crashes: 0 };

describe.concurrent.each(enginePlaces)("on $database.name under $scheduler", (place) => {
  test("a worker that is told to stop, twice, with 20 sends under way ends them, begins no more, and exits by itself", {
    timeout,
  }, async () => {
    const { left, ...counts } = await drain({ ...place, latencyMs: 2_000, drainMs: 20_000 });
    const { sent = 0, delivered = 0, ...others } = left;
    expect(sent + delivered).toBe(20);
    expect(others).toEqual({ pending: 20 });
    expect(counts).toEqual({
      ...{ ending: exited, messagesBefore: 20, messagesAfter: 20, untouched: 20 },
      audit: { ...clean, repeated: 0 },
    });
  });

  test("a worker that is told to stop while answers are slow leaves nothing behind as being sent, and nobody is told twice", {
    timeout,
  }, async () => {
    const { left, audit, ...counts } = await drain({ ...place, latencyMs: 4_000, drainMs: 300 });
    expect(counts).toMatchObject({ ending: exited, messagesAfter: 20, untouched: 20 });
    expect(left).not.toHaveProperty("sending");
    expect(audit).toEqual({ ...clean, repeated: 0 });
  });
});

describe.concurrent("on SQLite", () => {
  test("a worker that is told to stop while answers are slow, and of which no receipts come, leaves its sends as uncertain", {
    timeout,
  }, async () => {
    const counts = await drain({ database: sqlite, latencyMs: 4_000, drainMs: 300, receipts: false });
    expect(counts).toMatchObject({ ending: exited, left: { uncertain: 20, pending: 20 }, untouched: 20 });
    expect(counts.audit).toEqual({ ...clean, repeated: 20 });
  });

  test("a worker that does not drain is found: its sends are left behind", { timeout }, async () => {
    const { ending, left } = await drain({
      ...{ database: sqlite, latencyMs: 500, drainMs: 300, receipts: false, signal: "SIGKILL" },
    });
    expect(ending).toEqual({ code: null, signal: "SIGKILL" });
    expect(left).toEqual({ sending: 20, pending: 20 });
  });
});
