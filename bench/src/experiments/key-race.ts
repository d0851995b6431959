import { kyselyStorage } from "@callboard/storage-kysely";
import type { Office } from "@callboard/tests/experiments/office.ts";
import { connect, dialectOf } from "../harness/databases.ts";
import type { Experiment, Trial } from "./experiment.ts";
import { anyTestDatabase } from "./test-database.ts";

const [keys, callers, people] = [1_000, 32, 3];

/** Two processes queue under the same keys, 32 calls at once; some say something else, some come after the end. */
export const keyRace: Experiment = {
  name: "R20 key race",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: false,
  async run({ database, findings }) {
    const experiment = await import("@callboard/tests/experiments/keys.ts");
    const { offices, close } = await openTwo(database);
    try {
      const { rows, doubled, untrue, calls } = await experiment.keyRace({ offices, keys, callers });
      const { resolved = 0, IdempotencyConflictError: conflicts = 0 } = calls;
      findings.figure("calls", keys * callers, "calls");
      findings.none("rows lost or too many", Math.abs(rows - keys * people));
      findings.none("doubled", doubled);
      findings.none("untrue answers", untrue, "calls");
      // Two of each ten keys have callers half of whom say something else.
      findings.figure("other content that was refused", conflicts, "calls", {
        atLeast: (keys * callers) / 10,
      });
      findings.none("calls that failed", keys * callers - resolved - conflicts, "calls");
    } finally {
      await close();
    }
  },
};

/** SQLite has one connection, and both share it. */
async function openTwo(name: Trial["database"]): Promise<{ offices: Office[]; close: () => Promise<void> }> {
  const { openOffice } = await import("@callboard/tests/experiments/office.ts");
  const { db, url, close } = await (await anyTestDatabase(name)).open();
  const dialect = dialectOf[name];
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  if (name === "sqlite") return { offices: [openOffice(storage), openOffice(storage)], close };
  const other = connect({ name, location: url });
  return {
    offices: [openOffice(storage), openOffice(kyselyStorage({ db: other, dialect }))],
    async close() {
      await other.destroy();
      await close();
    },
  };
}
