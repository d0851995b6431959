import { InvalidOptionsError, type RecurringJob } from "@callboard/core/adapter";
import { Cron } from "croner";

/** When the slots of one recurring job are. */
export interface Timetable {
  /** The first slot after `time`. `null`: there is none any more. */
  nextAfter(time: Date): Date | null;
  /** The last slot at or before `time`. `null`: there was none. */
  lastUpTo(time: Date): Date | null;
}

/**
 * Follows the zone's changes to and from daylight saving time. A single time of day that the change skips comes when
 * the clock has jumped, and one that comes twice counts once; hours and minutes with wildcards follow the wall.
 *
 * @throws {InvalidOptionsError} Not a cron pattern, one without any slot, or not a time zone.
 */
export function readTimetable({ name, cron, timeZone }: RecurringJob): Timetable {
  const path = `every(${JSON.stringify(name)})`;
  if (!isTimeZone(timeZone)) {
    throw new InvalidOptionsError(
      `${path}.timeZone`,
      `"${timeZone}" is not a time zone. Give an IANA name, for example Africa/Harare.`,
    );
  }
  const pattern = readPattern(cron, timeZone);
  if (!pattern) {
    throw new InvalidOptionsError(
      `${path}.cron`,
      `"${cron}" never comes. Give five fields, or six with seconds first, for example "0 8 * * 1-5".`,
    );
  }
  return {
    nextAfter: (time) => pattern.nextRun(time),
    // Croner looks strictly before the time it is given.
    lastUpTo: (time) => pattern.previousRuns(1, new Date(time.getTime() + 1))[0] ?? null,
  };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** `null`: not a pattern, or one that no date fits, such as 30 February. */
function readPattern(cron: string, timeZone: string): Cron | null {
  // Croner would also take a date or a nickname, which other schedulers do not.
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) return null;
  try {
    const pattern = new Cron(cron.trim(), { timezone: timeZone, mode: "5-or-6-parts" });
    return pattern.nextRun(new Date(0)) && pattern;
  } catch {
    return null;
  }
}
