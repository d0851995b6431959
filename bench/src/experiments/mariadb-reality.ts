import type { Experiment, Findings } from "./experiment.ts";
import { testDatabase } from "./test-database.ts";

const [deadlockRounds, waitRounds, keys, idleRounds] = [25, 10, 250, 10];

/** Deadlocks, waits that are too long, eight who queue under the same keys, and connections that die of idleness. */
export const mariadbReality: Experiment = {
  name: "R17 locks and idleness",
  databases: ["mariadb"],
  inQuick: false,
  async run({ findings }) {
    await collide(findings);
    await overlap(findings);
    await idle(findings);
  },
};

async function collide(findings: Findings): Promise<void> {
  const { deadlocks, lockWaits } = await import("@callboard/tests/experiments/mariadb-locks.ts");
  const database = await testDatabase("mariadb");
  const deadlocked = await deadlocks({ database, rounds: deadlockRounds });
  findings.figure("calls undone by a deadlock (1213)", deadlocked.refused[1213] ?? 0, "calls", {
    atLeast: deadlocked.calls,
  });
  findings.none("deadlocks that reached the caller", deadlocked.surfaced, "calls");
  const waited = await lockWaits({ database, rounds: waitRounds });
  findings.figure("calls that waited in vain (1205)", waited.refused[1205] ?? 0, "calls", {
    atLeast: waited.calls,
  });
  findings.none("waits that reached the caller", waited.surfaced, "calls");
}

async function overlap(findings: Findings): Promise<void> {
  const { overlappingKeys } = await import("@callboard/tests/experiments/mariadb-enqueuers.ts");
  const counts = await overlappingKeys({ database: await testDatabase("mariadb"), keys });
  findings.figure("calls under overlapping keys", counts.calls, "calls");
  findings.none("of them, rejected", counts.surfaced, "calls");
  findings.none("doubled", counts.doubled);
  findings.none("rows that no caller, or more than one, was told of", Math.abs(counts.rows - counts.queued));
}

async function idle(findings: Findings): Promise<void> {
  const { idleConnections } = await import("@callboard/tests/experiments/mariadb-idle.ts");
  const counts = await idleConnections({ database: await testDatabase("mariadb"), rounds: idleRounds });
  const resolved = (counts.first.null ?? 0) + (counts.second.null ?? 0);
  findings.figure("connections that died of idleness", counts.died, "connections");
  findings.none("second calls after it that failed", idleRounds - (counts.second.null ?? 0), "calls");
  findings.none("rows lost or doubled", Math.abs(counts.rows - resolved));
}
