import type { Verdict } from "./oracle.ts";

/** What an experiment has found: its counts, and which of its bounds it has missed. */
export interface Findings {
  readonly verdict: Verdict;
  /** In words, each with an example. Empty: everything is as promised. */
  readonly misses: readonly string[];
}

/** The invariants that hold in every experiment, where `bounds` do not say otherwise. */
export interface Bounds {
  /** @default 0 */
  readonly toldTwice?: number;
  /** @default 0 */
  readonly toldTwiceUnavoidably?: number;
  /** @default 0 */
  readonly failed?: number;
  /** Exactly so many. @default 0 */
  readonly held?: number;
}

export function missesOf(verdict: Verdict, bounds: Bounds = {}): string[] {
  const { toldTwice = 0, toldTwiceUnavoidably = 0, failed = 0, held = 0 } = bounds;
  const { lost, ghosts, stuck, regressed, mismatched } = verdict;
  return [
    ...tooMany("lost", lost, 0),
    ...tooMany("ghosts", ghosts, 0),
    ...tooMany("told twice", verdict.toldTwice, toldTwice).map(
      (miss) => `${miss}; ${verdict.toldTwiceBeforeReceipt.length} of them before the receipt was there`,
    ),
    ...tooMany("told twice unavoidably", verdict.toldTwiceUnavoidably, toldTwiceUnavoidably),
    ...tooMany("stuck", stuck, 0),
    ...tooMany("regressed", regressed, 0),
    ...tooMany("attempts and requests that do not match", mismatched, 0),
    ...tooMany("failed", verdict.failed, failed),
    ...(verdict.held.length === held ? [] : [`held: ${verdict.held.length} instead of ${held}`]),
  ];
}

/** Empty, or one miss with an example. */
export function tooMany(what: string, found: readonly string[], most: number): string[] {
  return found.length <= most
    ? []
    : [`${what}: ${found.length} instead of at most ${most}, e.g. ${found[0]}`];
}
