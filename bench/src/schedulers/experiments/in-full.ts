import { figureHeads, figureRow } from "../../harness/report.ts";
import type { Part, PartTrial } from "../part.ts";

/** What a test shows in small, tried in full. */
export interface InFull {
  /** Its number, and where it is tried. */
  readonly name: string;
  readonly absent: string | null;
  readonly run: (trial: PartTrial) => Promise<void>;
}

/** A part that prints whatever was found. No quick run has the time for it: the tests show it in small. */
export function inFull({ name, absent, run }: InFull): Part {
  return {
    ...{ name: `experiments ${name}`, absent, inQuick: false },
    async run(trial) {
      trial.report.progress(`experiment ${name}`);
      const start = performance.now();
      await run(trial);
      const seconds = Math.round((performance.now() - start) / 1_000);
      const rows = trial.findings.figures.map(figureRow);
      trial.report.table(`Experiment ${name}, ${seconds} s`, figureHeads, rows);
    },
  };
}

/** Something for each of what was counted there, for what must not be. */
export function counted(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => Array<string>(count).fill(what));
}
