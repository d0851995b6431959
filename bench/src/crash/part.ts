import type { SchedulerName } from "@callboard/tests/crash/schedulers.ts";
import type { Trial as CrashTrial } from "@callboard/tests/crash/stage.ts";
import type { StoreName } from "@callboard/tests/crash/stores.ts";
import type { Findings } from "../experiments/experiment.ts";
import type { CrashArguments } from "./arguments.ts";

/** A table of the matrix: one experiment, on each store under each scheduler. */
export interface Part {
  readonly name: string;
  /** What stands above the table. */
  readonly title: string;
  /** What the reader of the table must know, in whole sentences. */
  readonly notes: readonly string[];
  readonly heads: readonly string[];
  /** Whether it mostly waits, so that several places can have their turn at once. */
  readonly mostlyWaits: boolean;
  /** Whether a quick run has it, too. */
  readonly inQuick: boolean;
  /** Where it makes sense. @default everywhere */
  readonly stores?: readonly StoreName[];
  /** @default under each */
  readonly schedulers?: readonly SchedulerName[];
  /** Why it is left out here; `null` when it is not. @default never */
  readonly absent?: () => string | null;
  /** Returns the lines of the table. */
  readonly run: (trial: PartTrial) => Promise<string[][]>;
}

/** One run of a part. Its `receipts` is the part's own to choose. */
export interface PartTrial extends CrashTrial {
  readonly args: CrashArguments;
  readonly findings: Findings;
  readonly progress: (text: string) => void;
}

/** Heads every line of a table. */
export const placeHeads = ["Store", "Scheduler"];

export function placeOf({ store, scheduler }: PartTrial): string[] {
  return [store, scheduler];
}
