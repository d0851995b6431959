import type { Findings as CrashFindings } from "@callboard/tests/crash/findings.ts";
import type { Bound } from "../harness/report.ts";
import { counted } from "../harness/report.ts";
import type { PartTrial } from "./part.ts";

/** What every table of the matrix counts. */
export const verdictHeads = ["Lost", "Stuck", "Told twice", "Unavoidably", "Other misses"];

export interface VerdictBounds {
  /** @default 0 */
  readonly toldTwice?: Bound;
  /** @default only for orientation */
  readonly toldTwiceUnavoidably?: Bound;
}

/** The counts of one line, or of several rounds of it; each becomes a figure under the line's name. */
export function verdictCells(
  { findings }: PartTrial,
  what: string,
  found: readonly CrashFindings[],
  { toldTwice = 0, toldTwiceUnavoidably }: VerdictBounds = {},
): string[] {
  const sum = (count: (one: CrashFindings) => number) => found.reduce((all, one) => all + count(one), 0);
  const lost = sum(({ verdict }) => verdict.lost.length);
  const stuck = sum(({ verdict }) => verdict.stuck.length);
  const twice = sum(({ verdict }) => verdict.toldTwice.length);
  const unavoidably = sum(({ verdict }) => verdict.toldTwiceUnavoidably.length);
  // What is counted by itself is no other miss.
  const misses = found.flatMap((one) => one.misses).filter((miss) => !/^(lost|stuck|told twice:)/.test(miss));
  findings.figure(`${what}: lost`, lost, "rows", 0);
  findings.figure(`${what}: stuck`, stuck, "rows", 0);
  findings.figure(`${what}: told twice`, twice, "rows", toldTwice);
  findings.figure(`${what}: told twice unavoidably`, unavoidably, "rows", toldTwiceUnavoidably);
  findings.none(`${what}: other bounds missed`, misses, "calls");
  return [lost, stuck, twice, unavoidably, misses.length].map(counted);
}

/** "12.3 s". */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
