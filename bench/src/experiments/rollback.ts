import type { Experiment } from "./experiment.ts";
import { anyTestDatabase } from "./test-database.ts";

/** A round makes 9 transactions in SQLite, and 21 where there is a server: deadlocks, killed connections, lost commits. */
const rounds = { sqlite: 112, postgres: 48, mariadb: 48 };

/** A thousand transactions of hosts, half of which are undone in every way that there is. */
export const rollback: Experiment = {
  name: "R08 rollback",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: false,
  async run({ database, findings }) {
    const experiment = await import("@callboard/tests/experiments/rollback.ts");
    const counts = await experiment.rollback({
      database: await anyTestDatabase(database),
      rounds: rounds[database],
    });
    findings.figure("committed", counts.committed, "rows");
    findings.figure("rolled back", counts.rolledBack, "rows");
    findings.none("sent, but rolled back", counts.ghosts);
    findings.none("committed, but not sent", counts.lost);
    findings.none("sent twice", counts.toldTwice);
    findings.none("commits that the table contradicts", counts.contradicted);
    findings.none("untrue answers", counts.untrue, "calls");
  },
};
