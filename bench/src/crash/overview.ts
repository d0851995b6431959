import type { Place } from "@callboard/tests/crash/places.ts";
import { markdownTable } from "./markdown-table.ts";
import type { Run } from "./measure.ts";
import { isSame, titleOf } from "./places.ts";

/** The matrix itself: experiments down, places across, and in each cell how many of its bounds were kept. */
export function overview(runs: readonly Run[]): string[] {
  const parts = [...new Set(runs.map(({ part }) => part))];
  const places: Place[] = [];
  for (const { place } of runs) if (!places.some((one) => isSame(one, place))) places.push(place);
  const lines = parts.map((part) => {
    const ofPart = runs.filter((run) => run.part === part);
    return [part.title, ...places.map((place) => kept(ofPart.find((run) => isSame(run.place, place))))];
  });
  return markdownTable(["Experiment", ...places.map(titleOf)], lines);
}

function kept(run: Run | undefined): string {
  if (!run) return "–";
  const bounds = run.figures.filter(({ met }) => met !== null);
  const missed = bounds.filter(({ met }) => met === false).length;
  return missed === 0 ? `all ${bounds.length}` : `**${missed} of ${bounds.length} missed**`;
}
