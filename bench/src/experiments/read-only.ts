import type { Experiment } from "./experiment.ts";
import { testDatabase } from "./test-database.ts";

/** As many wait as are sent at once. */
const [times, waiting] = [10, 20];

/** The database takes no writes, again and again, with messages on their way and others due. */
export const readOnly: Experiment = {
  name: "R16 read-only",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: false,
  async run({ database, findings }) {
    const { outage, readOnlyFile, readOnlyServer } = await import("@callboard/tests/experiments/outage.ts");
    const trouble = database === "sqlite" ? readOnlyFile : readOnlyServer(await testDatabase(database));
    const counts = await outage({ outage: trouble, times, waiting });
    const otherFaults = Object.entries(counts.during).filter(([fault]) => fault !== trouble.fault);
    findings.figure("queued", counts.queued, "rows");
    findings.none("calls that did not say so", otherFaults.map(String), "calls");
    findings.none("tables changed meanwhile", counts.changed);
    findings.none("calls that failed afterwards", counts.failedAfterwards, "calls");
    findings.none("not sent", counts.queued - counts.sent);
    findings.none("sent twice", counts.repeatedSends);
  },
};
