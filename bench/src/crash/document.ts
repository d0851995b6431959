import type { Settings } from "@callboard/tests/crash/settings.ts";
import type { Figure } from "../harness/report.ts";
import type { CrashArguments } from "./arguments.ts";
import { markdownTable } from "./markdown-table.ts";
import type { Run } from "./measure.ts";
import { overview } from "./overview.ts";
import { type Part, placeHeads } from "./part.ts";
import { titleOf } from "./places.ts";

/** What was promised, and what of it was not kept. */
export interface CrashBounds {
  readonly checked: number;
  readonly missed: readonly Figure[];
}

export interface CrashDocument {
  readonly args: CrashArguments;
  readonly settings: Settings;
  readonly runs: readonly Run[];
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
  readonly bounds: CrashBounds;
}

/** The page about a full run: what was asked for, and what was found. */
export function crashDocument({ args, settings, runs, leftOut, bounds }: CrashDocument): string {
  const command = ["npm run bench:crash --", `--seed ${args.seed}`, `--rounds ${args.rounds}`];
  if (args.production) command.push("--production");
  if (args.eachStoreOnce) command.push("--each-store-once");
  const parts = [...new Set(runs.map(({ part }) => part))];
  return [
    "# The crash matrix",
    "",
    "What becomes of notifications when processes are killed, answers get lost, queues are emptied and servers go away: on every",
    "store, under every scheduler that can ring for it. Real processes get a real `SIGKILL`, and the provider is the simulator in a",
    "process of its own, which writes down what it accepted before anybody hears of it. At the end the host's commits, the",
    "provider's ledger, the receipts and the rows are joined. This page is written by the command itself:",
    "",
    "```",
    command.join(" "),
    "```",
    "",
    `${bounds.checked} bounds were checked, and ${bounds.missed.length} were missed.`,
    ...bounds.missed.map(
      ({ name, value, unit, target }) => `\n- ${name}: ${value} ${unit} instead of ${target}`,
    ),
    "",
    "## At a glance",
    "",
    "How many bounds each experiment has at each place, and whether all of them were kept; `–`: there is nothing to try there.",
    "",
    ...overview(runs),
    "",
    "## What is counted",
    "",
    ...meanings,
    "",
    `## Settings: ${settings.name}`,
    "",
    ...markdownTable(["Setting", "Milliseconds"], settingLines(settings)),
    "",
    "## Left out",
    "",
    ...leftOut.map((line) => `- ${line}`),
    ...parts.flatMap((part) => section(part, runs)),
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

/** What a place may say in a table that all of them share. */
const mostLinesTogether = 6;

/** One table for all places, or one for each where they have much to say. */
function section(part: Part, all: readonly Run[]): string[] {
  const { title, notes, heads } = part;
  const runs = all.filter((run) => run.part === part && run.lines.length > 0);
  const intro = ["", `## ${title}`, "", ...notes.flatMap((note) => [note, ""])];
  if (runs.every(({ lines }) => lines.length <= mostLinesTogether)) {
    const lines = runs.flatMap((run) => run.lines);
    return [...intro, ...markdownTable(heads, lines)];
  }
  const own = (cells: readonly string[]) => cells.slice(placeHeads.length);
  const tables = runs.flatMap(({ place, lines }) => [
    ...["", `### ${titleOf(place)}`, ""],
    ...markdownTable(own(heads), lines.map(own)),
  ]);
  return [...intro.slice(0, -1), ...tables];
}
