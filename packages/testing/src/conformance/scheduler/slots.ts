import type { RecurringJob } from "@callboard/core/adapter";
import type { Stage } from "./stage.js";

interface SlotsWanted {
  readonly name: string;
  /** @default every hour */
  readonly hours?: string;
  /** @default "UTC" */
  readonly timeZone?: string;
}

/** A job whose slots come as often as the engine knows. */
export function everySlot(
  { pace }: Stage,
  { name, hours = "*", timeZone = "UTC" }: SlotsWanted,
): Omit<RecurringJob, "timetable"> {
  const times = pace.slotsEveryMs === 60_000 ? "*" : "*/2 *";
  return { name, cron: `${times} ${hours} * * *`, timeZone };
}

/** Whether so many slots of the job have been rung for by their time and the lateness. */
export function tickedFor(stage: Stage, job: string, count: number): Promise<boolean> {
  const { slotsEveryMs, slotLatenessMs } = stage.pace;
  return stage.until(() => slotsOf([stage], job).length >= count, count * slotsEveryMs, slotLatenessMs);
}

/** What was rung for on these stages, oldest first, each once: an engine may ring twice for a slot. */
export function slotsOf(stages: readonly Stage[], job: string): number[] {
  const ticks = stages.flatMap((stage) => stage.ticks).filter((tick) => tick.job === job);
  return [...new Set(ticks.map(({ slot }) => slot.getTime()))].sort((one, other) => one - other);
}
