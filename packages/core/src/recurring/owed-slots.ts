import type { Timetable } from "../ports/scheduler.js";

/** What is to be done about the slots behind a job's former mark: each of them is run or missed. */
export interface OwedSlots {
  /** To be run, oldest first. */
  readonly run: readonly Date[];
  /** Not to be run any more, all of them before those that are; `null`: there are none. */
  readonly missed: MissedSlots | null;
}

export interface MissedSlots {
  readonly first: Date;
  readonly last: Date;
  /** Counted up to 1,000. */
  readonly count: number;
}

export interface OwedRequest {
  readonly timetable: Timetable;
  readonly catchesUpAll: boolean;
  readonly maxLatenessMs: number;
  /** Slots up to here are settled. */
  readonly after: Date;
  /** The latest that has come. */
  readonly slot: Date;
  /** How late it is. */
  readonly lateMs: number;
}

/** Bounds the work when a job of every second was away for a year: each takes about a tenth of a millisecond. */
const most = 1_000;

export function owedSlots({
  timetable,
  catchesUpAll,
  maxLatenessMs,
  after,
  slot,
  lateMs,
}: OwedRequest): OwedSlots {
  if (lateMs > maxLatenessMs) return { run: [], missed: missedSlots(timetable, after, slot) };
  const earliestMs = slot.getTime() + lateMs - maxLatenessMs;
  const run = [slot];
  let earlier = before(timetable, slot);
  while (catchesUpAll && earlier && earlier > after && earlier.getTime() >= earliestMs && run.length < most) {
    run.push(earlier);
    earlier = before(timetable, earlier);
  }
  return { run: run.reverse(), missed: missedSlots(timetable, after, earlier) };
}

function before(timetable: Timetable, slot: Date): Date | null {
  return timetable.lastUpTo(new Date(slot.getTime() - 1));
}

/** Those after one time, up to `last` and with it. */
function missedSlots(timetable: Timetable, after: Date, last: Date | null): MissedSlots | null {
  if (!last || last <= after) return null;
  const first = timetable.nextAfter(after) ?? last;
  let count = 1;
  for (let slot: Date | null = first; slot && slot < last && count < most; slot = timetable.nextAfter(slot))
    count += 1;
  return { first, last, count };
}
