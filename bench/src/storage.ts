/**
 * What the storage costs: against the floor, beside a million rows, and for the process that it runs in. And whether it
 * keeps its promises, at full size.
 */
import { memoryStorage } from "@callboard/storage-memory";
import { sql } from "kysely";
import { experimentParts, runExperiments } from "./experiments/run-experiments.ts";
import { memoryFloor } from "./floor/memory-floor.ts";
import { openFloor } from "./floor/open-floor.ts";
import { type BenchArguments, isWanted } from "./harness/arguments.ts";
import { type BenchDatabase, connect, wantedDatabases, withDatabase } from "./harness/databases.ts";
import type { Report } from "./harness/report.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { callboardSide } from "./storage/callboard-side.ts";
import { measureFanOut } from "./storage/fan-out.ts";
import { measureQueue } from "./storage/queue.ts";
import { storageOn } from "./storage/table-set.ts";
import { measureTables } from "./storage/tables.ts";

const parts = ["queue", "tables"] as const;

await runBenchmark("storage", async (args, report) => {
  if (isWanted(args, "memory queue")) await memoryQueue(args, report);
  for (const name of wantedDatabases(args, [...parts, ...experimentParts(args)])) {
    if (args.quick && name === "mariadb" && !args.only.includes(name)) {
      report.note("mariadb is left out of a quick run; --quick --only mariadb measures it alone.");
      continue;
    }
    const isHere = await withDatabase(name, report, async (database) => {
      if (isWanted(args, `${name} queue`)) await databaseQueue(database, args, report);
      if (isWanted(args, `${name} tables`)) await measureTables(database, tableSizes(args), report);
    });
    if (isHere) await runExperiments(name, args, report);
  }
});

function queueSizes({ quick }: BenchArguments) {
  return quick ? { sizes: [1_000, 10_000], rounds: 3 } : { sizes: [1_000, 10_000, 100_000], rounds: 5 };
}

function tableSizes({ quick }: BenchArguments) {
  return quick ? { rows: [0, 50_000], rounds: 3 } : { rows: [0, 100_000, 1_000_000], rounds: 7 };
}

async function memoryQueue(args: BenchArguments, report: Report): Promise<void> {
  const contest = {
    name: "memory",
    callboard: callboardSide(memoryStorage()),
    floor: memoryFloor(),
    // It has no verb for that; rows that are there cost a map nothing.
    clear: async () => {},
  };
  await measureQueue(contest, queueSizes(args), report);
}

async function databaseQueue(database: BenchDatabase, args: BenchArguments, report: Report): Promise<void> {
  const db = connect(database);
  const floor = openFloor(database);
  try {
    const storage = storageOn(database, db);
    await storage.migrate();
    const clear = async () => {
      for (const table of ["attempts", "batch_labels", "notifications"]) {
        const how = database.name === "sqlite" ? "delete from" : "truncate table";
        await sql.raw(`${how} callboard_${table}`).execute(db);
      }
    };
    const sizes = queueSizes(args);
    const contest = { name: database.name, callboard: callboardSide(storage), floor, clear };
    await measureQueue(contest, sizes, report);
    await measureFanOut({ database, clear }, { ...sizes, rounds: args.quick ? 1 : sizes.rounds }, report);
  } finally {
    await floor.close();
    await db.destroy();
  }
}
