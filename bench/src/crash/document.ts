import type { Settings } from "@callboard/tests/crash/settings.ts";
import type { Figure } from "../harness/report.ts";
import type { CrashArguments } from "./arguments.ts";

/** A table as the report printed it. */
export interface PrintedTable {
  readonly title: string;
  readonly notes: readonly string[];
  readonly heads: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** What was promised, and what of it was not kept. */
export interface CrashBounds {
  readonly checked: number;
  readonly missed: readonly Figure[];
}

export interface CrashDocument {
  readonly args: CrashArguments;
  readonly settings: Settings;
  readonly tables: readonly PrintedTable[];
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
  readonly bounds: CrashBounds;
}

/** The page about a full run: what was asked for, and what was found. */
export function crashDocument({ args, settings, tables, leftOut, bounds }: CrashDocument): string {
  const command = ["npm run bench:crash --", `--seed ${args.seed}`, `--rounds ${args.rounds}`];
  if (args.production) command.push("--production");
  return [
    "# The crash matrix",
    "",
    "What becomes of notifications when processes are killed, answers get lost and servers go away: on every store, under every",
    "scheduler. Real processes get a real `SIGKILL`, and the provider is the simulator in a process of its own, which writes down",
    "what it accepted before anybody hears of it. At the end the host's commits, the provider's ledger, the receipts and the",
    "rows are joined. This page is written by the command itself:",
    "",
    "```",
    command.join(" "),
    "```",
    "",
    ...meanings,
    "",
    `${bounds.checked} bounds were checked, and ${bounds.missed.length} were missed.`,
    ...bounds.missed.map(
      ({ name, value, unit, target }) => `\n- ${name}: ${value} ${unit} instead of ${target}`,
    ),
    "",
    `## Settings: ${settings.name}`,
    "",
    ...markdownTable(["Setting", "Milliseconds"], settingLines(settings)),
    "",
    "## Left out",
    "",
    ...leftOut.map((line) => `- ${line}`),
    ...tables.flatMap(section),
    "",
  ].join("\n");
}

const meanings = markdownTable(
  ["Column", "Meaning", "Bound"],
  [
    ["Lost", "committed, and gone; or called sent, and the provider never had it", "0"],
    ["Stuck", "without an end, or under a dead worker's lease for more than two sweeps", "0"],
    ["Told twice", "sent again, though that could have been known", "0; at most 5 in the 50 random kills"],
    [
      "Unavoidably",
      "sent again after an attempt of which nobody could know, because no receipts come",
      "only with receipts off",
    ],
    [
      "Other misses",
      "ghosts, attempts without requests, states that fell, workers that ended by themselves, an experiment's own bounds",
      "0",
    ],
  ],
);

function settingLines({ name: _, ...times }: Settings): string[][] {
  return Object.entries(times).map(([key, ms]) => [key, String(ms)]);
}

function section({ title, notes, heads, lines }: PrintedTable): string[] {
  return ["", `## ${title}`, "", ...notes.flatMap((note) => [note, ""]), ...markdownTable(heads, lines)];
}

/** Padded, as the formatter of this repository has it. */
function markdownTable(heads: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[], fill = " ") =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [row(heads), row([], "-"), ...lines.map((line) => row(line))];
}
