import { inLanes } from "@callboard/tests/crash/in-lanes.ts";
import type { Place } from "@callboard/tests/crash/places.ts";
import { newFindings } from "../experiments/experiment.ts";
import type { Figure, Report } from "../harness/report.ts";
import type { Part, PartTrial } from "./part.ts";
import { placesOf, titleOf } from "./places.ts";

/** A part at one place, and what came of it. */
export interface Run {
  readonly part: Part;
  readonly place: Place;
  readonly lines: readonly (readonly string[])[];
  readonly figures: readonly Figure[];
}

/** What all runs have in common. */
export type RunBase = Omit<PartTrial, "store" | "scheduler" | "findings">;

/** Of those that mostly wait, so many at once; more would keep each other from their work. */
const waitingLanes = 6;

/**
 * Runs each part at each of its places, and prints its table. First those that work all the time, one run after another.
 * @param leftOut - Gains a sentence about each part that cannot run here.
 */
export async function measure(
  base: RunBase,
  parts: readonly Part[],
  { report, leftOut }: { readonly report: Report; readonly leftOut: string[] },
): Promise<Run[]> {
  const wanted = parts.filter((part) => isPossible(part, base, leftOut));
  const runs: Run[] = [];
  const runAll = async (some: readonly Part[], lanes: number) => {
    const planned = some.flatMap((part) => placesOf(part, base.args).map((place) => ({ part, place })));
    const found = await inLanes(planned, lanes, ({ part, place }) => runAt(part, place, base, report));
    for (const part of some)
      print(
        part,
        found.filter((run) => run.part === part),
        report,
      );
    runs.push(...found);
  };
  for (const part of wanted.filter(({ mostlyWaits }) => !mostlyWaits)) await runAll([part], 1);
  await runAll(
    wanted.filter(({ mostlyWaits }) => mostlyWaits),
    waitingLanes,
  );
  return runs.sort((one, other) => parts.indexOf(one.part) - parts.indexOf(other.part));
}

function isPossible(part: Part, { args }: RunBase, leftOut: string[]): boolean {
  if ((args.quick && !part.inQuick) || placesOf(part, args).length === 0) return false;
  const absence = part.absent?.() ?? null;
  if (absence !== null) leftOut.push(`${part.title}: left out, because ${absence}.`);
  return absence === null;
}

/** One that fails is a bound missed, and the others go on. */
async function runAt(part: Part, place: Place, base: RunBase, report: Report): Promise<Run> {
  const findings = newFindings(`${part.name}, ${titleOf(place)}`, report);
  const lines: string[][] = [];
  try {
    lines.push(...(await part.run({ ...base, ...place, findings })));
  } catch (error) {
    console.error(error);
    findings.none("did not come to its end", [String(error)], "calls");
  }
  return { part, place, lines, figures: findings.figures };
}

function print({ title, heads, notes }: Part, runs: readonly Run[], report: Report): void {
  const lines = runs.flatMap((run) => run.lines);
  if (lines.length === 0) return;
  report.table(title, heads, lines);
  for (const note of notes) report.note(note);
}
