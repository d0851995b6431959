import type { Findings } from "../experiments/experiment.ts";
import type { BenchArguments } from "../harness/arguments.ts";
import type { Report } from "../harness/report.ts";

/** One thing that is measured, by itself. */
export interface Part {
  /** `--only` finds it by any text of this. */
  readonly name: string;
  /** Whether a quick run has it, too. */
  readonly inQuick: boolean;
  /** Why it cannot be measured here; `null` when it can. */
  readonly absent: string | null;
  readonly run: (trial: PartTrial) => Promise<void>;
}

export interface PartTrial {
  readonly args: BenchArguments;
  readonly report: Report;
  /** Figures under the part's name. What `none` is asked of is a promise: the exit code is 1 when it is broken. */
  readonly findings: Findings;
}
