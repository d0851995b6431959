import Table from "cli-table3";
import type { Summary } from "./measure.ts";

export type Unit =
  | "x"
  | "%"
  | "|t|"
  | "ms"
  | "MB"
  | "rows/s"
  | "rows"
  | "calls"
  | "statements"
  | "verbs"
  | "connections"
  | "processes";

/** One number that somebody may rely on. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** In words. `null`: only for orientation. */
  readonly target: string | null;
  /** `null`: without a target. */
  readonly met: boolean | null;
}

export interface Report {
  /** Tells people how far it is; never the machine's line. */
  progress(text: string): void;
  /** A table for people. */
  table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Something that the reader of the tables must know. */
  note(text: string): void;
  /** Keeps a figure that must not exceed its bound, or fall below it. Without one it is only for orientation. */
  figure(name: string, value: number, unit: Unit, bound?: Bound): Figure;
  /** Prints every target, met or missed, and with `--json` the line for machines. */
  finish(): void;
  /** Prints, with `--json`, that the benchmark itself failed. */
  fail(error: unknown): void;
}

/** A number is the most that a figure may be. */
export type Bound = number | { readonly atLeast: number };

/** Without colours, so that it reads the same in a terminal, a file and a log. */
const plain = { style: { head: [], border: [], compact: true } };

export function createReport(bench: string, { json }: { readonly json: boolean }): Report {
  const figures: Figure[] = [];
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const printTable: Report["table"] = (title, head, rows) => {
    const table = new Table({ head: [...head], ...plain });
    for (const row of rows) table.push([...row]);
    print(`\n${title}\n${table.toString()}`);
  };
  return {
    progress: (text) => process.stderr.write(`${text}\n`),
    table: printTable,
    note: (text) => print(`  ${text}`),
    figure(name, value, unit, bound) {
      const figure = { name, value: rounded(value), unit, ...against(value, bound) };
      figures.push(figure);
      return figure;
    },
    finish() {
      const aimed = figures.filter(({ target }) => target !== null);
      if (aimed.length > 0) printTable("Targets", figureHeads, aimed.map(figureRow));
      if (json) print(JSON.stringify({ bench, ok: true, figures }));
    },
    fail(error) {
      if (json) print(JSON.stringify({ bench, ok: false, error: String(error), figures }));
    },
  };
}

/** The same report, which also keeps every figure in `figures`. */
export function keepingFigures(report: Report, figures: Figure[]): Report {
  return {
    ...report,
    figure(...measured) {
      const figure = report.figure(...measured);
      figures.push(figure);
      return figure;
    },
  };
}

/** "met" or "MISSED"; empty without a target. */
export function verdict({ met }: Figure): string {
  if (met === null) return "";
  return met ? "met" : "MISSED";
}

/** "1.18x (1.1-1.25)": the median, and the spread around it where there is one. */
export function withSpread({ median, low, high }: Summary, unit: string): string {
  if (low === high) return `${shown(median)}${unit}`;
  return `${shown(median)}${unit} (${shown(low)}-${shown(high)})`;
}

/** Three digits are more than a shared machine can promise. */
export function shown(value: number): string {
  return String(rounded(value));
}

/** 10000 becomes "10,000". */
export function counted(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** What {@link figureRow} fills. */
export const figureHeads = ["Figure", "Measured", "Target", "Met"];

/** A line of a table of figures. */
export function figureRow(figure: Figure): string[] {
  const { name, value, unit, target } = figure;
  return [name, `${shown(value)} ${unit}`, target === null ? "" : `${target} ${unit}`, verdict(figure)];
}

/** A value that could not be measured meets nothing. */
function against(value: number, bound: Bound | undefined): Pick<Figure, "target" | "met"> {
  if (bound === undefined) return { target: null, met: null };
  if (typeof bound === "number") return { target: `<= ${bound}`, met: value <= bound };
  return { target: `>= ${bound.atLeast}`, met: value >= bound.atLeast };
}

function rounded(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1_000) return Math.round(value);
  return Number(value.toPrecision(3));
}
