import type { Experiment } from "./experiment.ts";
import { anyTestDatabase } from "./test-database.ts";

const claimerCount = 16;

/** Sixteen claimers take what is due, behind a head of rows that they must leave alone. */
export const claimRace: Experiment = {
  name: "R19 claim race",
  databases: ["sqlite", "postgres", "mariadb"],
  inQuick: true,
  async run({ database, quick, findings }) {
    const experiment = await import("@callboard/tests/experiments/claims.ts");
    const due = quick ? 4_000 : 20_000;
    const { claimers, refused, close } = await experiment.openClaimers(
      await anyTestDatabase(database),
      claimerCount,
    );
    const times: number[] = [];
    try {
      const counts = await experiment.claimRace({
        claimers: claimers.map((claimer) => ({
          ...claimer,
          async claim(request) {
            times.push(performance.now());
            const rows = await claimer.claim(request);
            times.push(performance.now());
            return rows;
          },
        })),
        due,
        unfit: 1_000,
      });
      // One more claim looks for what is left over, after the last of the race.
      const seconds = (Math.max(...times) - Math.min(...times)) / 1_000;
      findings.figure("claimed", due / seconds, "rows/s", { atLeast: 300 });
      findings.none("never claimed", due - counts.claimed + counts.leftOver);
      findings.none("claimed twice", counts.claimedTwice);
      findings.none("claimed, though unfit", counts.unfitClaimed);
      findings.none("claims that failed", counts.errors, "calls");
      findings.none("claims that the database refused at first", refused, "calls");
      findings.figure("claimers that got something", counts.busyClaimers, "calls", { atLeast: claimerCount });
    } finally {
      await close();
    }
  },
};
