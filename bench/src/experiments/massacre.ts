import type { Experiment } from "./experiment.ts";
import { testDatabase } from "./test-database.ts";

/** Every connection is killed, twice a second for a minute, while four processes queue and one sends. */
export const massacre: Experiment = {
  name: "R14 massacre",
  databases: ["postgres", "mariadb"],
  inQuick: false,
  async run({ database, findings }) {
    if (database === "sqlite") return;
    const experiment = await import("@callboard/tests/experiments/massacre.ts");
    const counts = await experiment.massacre({
      database: await testDatabase(database),
      forMs: 60_000,
      everyMs: 500,
    });
    const repeated = Object.values(counts.faults).reduce((sum, count) => sum + count, 0);
    findings.figure("connections killed", counts.killed, "connections");
    findings.figure("calls", counts.calls, "calls");
    findings.figure("calls that failed", (100 * repeated) / (counts.calls + repeated), "%", 1);
    findings.none("errors that are no StorageError", counts.strange, "calls");
    findings.none("untrue answers", counts.untrue, "calls");
    findings.none("rows too many or too few", Math.abs(counts.rowsTooMany));
    findings.none("not sent", pairs(counts.unsent));
    findings.none("sent without an attempt", counts.ghosts);
    findings.figure("sent again, outcome unknown", counts.repeatedSends, "rows");
    findings.none("sent again, outcome known", counts.unexplainedSends);
    findings.none("unhandled rejections", counts.unhandledRejections, "calls");
  },
};

function pairs(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => Array<string>(count).fill(what));
}
