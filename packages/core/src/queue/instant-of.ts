import type { LocalTime } from "../domain/local-time.js";

const hourMs = 3_600_000;

/** Earlier and later than any zone is ahead of, or behind, UTC: no change of its clocks lies beyond. */
const [mostAheadMs, mostBehindMs] = [15 * hourMs, 13 * hourMs];

/**
 * When the clocks of a place show a time.
 *
 * @throws {RangeError} Its message says what is wrong with the time or the zone, and the cure.
 */
export async function instantOf({ local, timeZone }: LocalTime): Promise<Date> {
  const shownMs = readLocal(local);
  checkZone(timeZone);
  // Loaded by the first call that needs it.
  const { tzOffset } = await import("@date-fns/tz/tzOffset");
  const offsetAt = (ms: number) => tzOffset(timeZone, new Date(ms)) * 60_000;
  const before = offsetAt(shownMs - mostAheadMs);
  const after = offsetAt(shownMs + mostBehindMs);
  // Of a time that is shown twice the larger offset is in force first.
  const shown = [Math.max(before, after), Math.min(before, after)]
    .map((offset) => shownMs - offset)
    .find((ms) => ms + offsetAt(ms) === shownMs);
  return new Date(shown ?? endOfGap(shownMs - after, shownMs - before, offsetAt));
}

function readLocal(local: string): number {
  const isReadable = typeof local === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local);
  const date = new Date(isReadable ? `${local}Z` : Number.NaN);
  // A day that the month does not have would be read as one of the next month.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(local))
    throw new RangeError(
      'local must be a time such as "2026-12-01T08:00", or with seconds, and without a zone.',
    );
  return date.getTime();
}

function checkZone(timeZone: string): void {
  try {
    if (typeof timeZone !== "string" || !/^[A-Za-z]/.test(timeZone)) throw new RangeError("no name");
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (cause) {
    throw new RangeError('timeZone must be the IANA name of a zone, such as "Africa/Harare".', { cause });
  }
}

/** The moment at which clocks skip: the first at which the new offset is in force. */
function endOfGap(fromMs: number, untilMs: number, offsetAt: (ms: number) => number): number {
  let [early, late] = [fromMs, untilMs];
  const offset = offsetAt(late);
  while (late - early > 1_000) {
    const middle = Math.floor((early + late) / 2_000) * 1_000;
    if (offsetAt(middle) === offset) late = middle;
    else early = middle;
  }
  return late;
}
