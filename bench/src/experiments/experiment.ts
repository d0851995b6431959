import type { DatabaseName } from "../harness/databases.ts";
import type { Figure, Report, Unit } from "../harness/report.ts";

/** Something that the storage promises, tried on one database. */
export interface Experiment {
  /** Its number and a word: `--only` finds it by either. */
  readonly name: string;
  readonly databases: readonly DatabaseName[];
  /** Whether a quick run tries it, too, within some seconds. */
  readonly inQuick: boolean;
  readonly run: (trial: Trial) => Promise<void>;
}

/** One run of an experiment. */
export interface Trial {
  readonly database: DatabaseName;
  /** Less of everything. */
  readonly quick: boolean;
  readonly report: Report;
  readonly findings: Findings;
}

/** What an experiment has found. */
export interface Findings {
  /** Something that must never happen, and how often it did, or what it was each time. */
  none(what: string, found: number | readonly string[], unit?: Unit): void;
  /** As in {@link Report}, where its name begins with the experiment's. */
  figure(what: string, ...measured: Measured): void;
  /** By their short names. */
  readonly figures: readonly Figure[];
}

type Measured = Parameters<Report["figure"]> extends [string, ...infer Rest] ? Rest : never;

const shownExamples = 3;

/** @param subject - Begins the name of every figure. */
export function newFindings(subject: string, report: Report): Findings {
  const figures: Figure[] = [];
  const figure: Findings["figure"] = (what, ...measured) => {
    figures.push({ ...report.figure(`${subject}: ${what}`, ...measured), name: what });
  };
  return {
    figures,
    figure,
    none(what, found, unit = "rows") {
      const examples = typeof found === "number" ? [] : found.slice(0, shownExamples);
      for (const example of examples) report.note(`${subject}: ${what}: ${example}`);
      figure(what, typeof found === "number" ? found : found.length, unit, 0);
    },
  };
}
