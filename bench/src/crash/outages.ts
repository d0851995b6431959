import { clusterAbsence } from "@callboard/tests/crash/postgres-cluster.ts";
import { postgresRestart } from "@callboard/tests/crash/postgres-restart.ts";
import { providerOutage } from "@callboard/tests/crash/provider-outage.ts";
import { wrongClocks } from "@callboard/tests/crash/wrong-clocks.ts";
import { counted } from "../harness/report.ts";
import { type Part, placeHeads, placeOf } from "./part.ts";
import { seconds, verdictCells, verdictHeads } from "./verdict-columns.ts";

/** The provider is down. */
export const providerDown: Part = {
  name: "provider outage",
  title: "The provider is gone for a while",
  notes: [
    "Connections are cut in the middle, and refused for the time that is given; then all is well again.",
  ],
  heads: [...placeHeads, "Notifications", "Gone for", ...verdictHeads, "Recovered"],
  mostlyWaits: true,
  inQuick: false,
  async run(trial) {
    const [count, outageMs] = trial.args.quick ? [300, 3_000] : [1_000, 30_000];
    trial.progress(`${trial.store} ${trial.scheduler}: provider gone for ${seconds(outageMs)}`);
    const found = await providerOutage({ ...trial, count, outageMs });
    const cells = verdictCells(trial, "provider gone", [found]);
    return [[...placeOf(trial), counted(count), seconds(outageMs), ...cells, seconds(found.recoveredMs)]];
  },
};

/** R13: PostgreSQL crashes and comes back. */
export const postgresDown: Part = {
  name: "postgres restarts",
  title: "PostgreSQL restarted in immediate mode (R13)",
  notes: ["A server of the experiment's own, stopped as by a power failure in the middle of the work."],
  heads: [...placeHeads, "Notifications", "Restarts", ...verdictHeads],
  mostlyWaits: true,
  inQuick: false,
  stores: ["PostgreSQL"],
  absent: clusterAbsence,
  async run(trial) {
    const [count, restarts] = trial.args.quick ? [300, 2] : [1_000, 10];
    trial.progress(`${trial.store} ${trial.scheduler}: ${restarts} restarts of the server`);
    const found = await postgresRestart({ ...trial, count, restarts });
    const cells = verdictCells(trial, "restarts", [found]);
    return [[...placeOf(trial), counted(count), String(restarts), ...cells]];
  },
};

/** C02: clocks that jump, and clocks that differ. */
export const clocksWrong: Part = {
  name: "wrong clocks",
  title: "Clocks that jump by an hour, or differ by 30 s (C02)",
  notes: [
    "The hosts' clocks are wrong, the database's is right. SQLite has no clock but the machine's, so there a jump moves its times, too: while the clock is an hour behind, what is due by it waits, and goes on when the clock is right again.",
  ],
  heads: [...placeHeads, "Clocks", "Notifications", ...verdictHeads],
  mostlyWaits: true,
  inQuick: false,
  async run(trial) {
    const count = trial.args.quick ? 300 : 1_000;
    const kinds = {
      forward: "jump an hour ahead",
      back: "an hour behind for 2 s",
      differ: "30 s apart",
    } as const;
    const lines = [];
    for (const [wrong, words] of Object.entries(kinds) as [keyof typeof kinds, string][]) {
      trial.progress(`${trial.store} ${trial.scheduler}: clocks ${words}`);
      const found = await wrongClocks({ ...trial, count, wrong });
      lines.push([...placeOf(trial), words, counted(count), ...verdictCells(trial, words, [found])]);
    }
    return lines;
  },
};
