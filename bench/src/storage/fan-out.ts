import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchDatabase } from "../harness/databases.ts";
import { summarise } from "../harness/measure.ts";
import type { Footprint } from "../harness/memory.ts";
import { counted, type Report, shown, verdict, withSpread } from "../harness/report.ts";
import type { CommitMode } from "./callboard-side.ts";

/** What the other process is asked to do. */
export interface FanOutOrder {
  readonly database: BenchDatabase;
  readonly commit: CommitMode;
  /** Groups of so many people, ascending, each told by one call; the last one is measured. */
  readonly sizes: readonly number[];
}

/** What it answers. */
export interface FanOutResult extends Footprint {
  readonly ms: number;
  /** How many statements each size took. */
  readonly statements: readonly number[];
}

const maxPeakMb = 150;
// A statement more or less for the whole call is no growth.
const maxGrowth = 1.01;
const maxBlockedMs = { sqlite: 100, postgres: 50, mariadb: 50 };

export interface FanOutSizes {
  readonly sizes: readonly number[];
  /** So many processes, one after the other. */
  readonly rounds: number;
}

/**
 * What queueing for very many people asks of the host's process: memory, statements, and time in which it does nothing
 * else. In processes of their own, where nothing has run before. The people must be in the database; `clear` deletes
 * the notifications.
 */
export async function measureFanOut(
  { database, clear }: { readonly database: BenchDatabase; readonly clear: () => Promise<void> },
  { sizes, rounds }: FanOutSizes,
  report: Report,
): Promise<void> {
  const size = sizes.at(-1) ?? 0;
  const rows: string[][] = [];
  for (const commit of ["once", "each-page"] as const) {
    report.progress(
      `${database.name}: queueing for ${counted(size)} people in a process of its own, commit ${commit}`,
    );
    const results: FanOutResult[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await clear();
      results.push(await inOwnProcess({ database, commit, sizes }));
    }
    rows.push(resultRow({ database, commit, sizes }, results, report));
  }
  await clear();
  report.table(
    `One call for ${counted(size)} people, ${database.name}`,
    [
      "Commit",
      "Time",
      "Peak memory",
      "Met",
      "Event loop blocked",
      "Met",
      "Statements per 1,000",
      "Growth",
      "Met",
    ],
    rows,
  );
}

function resultRow(
  { database: { name }, commit, sizes }: FanOutOrder,
  results: readonly FanOutResult[],
  report: Report,
): string[] {
  const what = `queue ${sizes.at(-1)} ${name}, commit ${commit}`;
  const of = (key: "ms" | "peakMb" | "blockedMs") => summarise(results.map((result) => result[key]));
  const [peakMb, blockedMs] = [of("peakMb"), of("blockedMs")];
  const each = statementsPerThousand(sizes, results[0]?.statements ?? []);
  const growth = (each.at(-1) ?? 0) / (each[0] ?? 0);
  // In one transaction, SQLite's commit alone takes longer, and the program that it runs in waits for it.
  const maxBlocked = name === "sqlite" && commit === "once" ? undefined : maxBlockedMs[name];
  const peak = report.figure(`${what}: peak memory`, peakMb.median, "MB", maxPeakMb);
  const blocked = report.figure(`${what}: event loop blocked`, blockedMs.median, "ms", maxBlocked);
  const more = report.figure(`${what}: statements per 1000 people`, each.at(-1) ?? 0, "statements");
  const grown = report.figure(`${what}: growth of statements per 1000 people`, growth, "x", maxGrowth);
  return [
    commit,
    withSpread(of("ms"), " ms"),
    withSpread(peakMb, " MB"),
    verdict(peak),
    withSpread(blockedMs, " ms"),
    verdict(blocked),
    shown(more.value),
    `${shown(grown.value)}x`,
    verdict(grown),
  ];
}

/** Between each size and the one before: what a call does once is in both. */
function statementsPerThousand(sizes: readonly number[], statements: readonly number[]): number[] {
  return sizes.slice(1).map((size, index) => {
    const more = (statements[index + 1] ?? 0) - (statements[index] ?? 0);
    return more / ((size - (sizes[index] ?? 0)) / 1_000);
  });
}

async function inOwnProcess(order: FanOutOrder): Promise<FanOutResult> {
  const child = fork(fileURLToPath(new URL("./fan-out-process.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.once("message", (result) => resolve(result as FanOutResult));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The fan-out's own process ended with code ${code}.`)));
    child.send(order);
  });
}
