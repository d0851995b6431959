import { Cron } from "croner";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { RecurringJob, Timetable } from "../ports/scheduler.js";
import { WallClock } from "./wall-clock.js";

/**
 * A job as schedulers get it: with its cron pattern read. On the days on which the zone's clock changes it does what cron
 * does: times of day come once, those that the clock skips when it has jumped; where the minute or the hour has a `*`, the
 * pattern follows the wall, also through an hour that is repeated.
 *
 * @throws {InvalidOptionsError} Not a cron pattern, one without any slot, or not a time zone.
 */
export function recurringJob({ name, cron, timeZone }: Omit<RecurringJob, "timetable">): RecurringJob {
  const path = `every(${JSON.stringify(name)})`;
  const wallClock = wallClockOf(timeZone);
  if (!wallClock) {
    throw new InvalidOptionsError(
      `${path}.timeZone`,
      `"${timeZone}" is not a time zone. Give an IANA name, for example Africa/Harare.`,
    );
  }
  const fields = cron.trim().split(/\s+/);
  const [minute = "", hour = ""] = fields.slice(-5);
  const followsWall = /[*?]/.test(minute + hour);
  const pattern = readPattern(fields, followsWall ? timeZone : "UTC");
  if (!pattern) {
    throw new InvalidOptionsError(
      `${path}.cron`,
      `"${cron}" never comes. Give five fields, or six with seconds first, for example "0 8 * * 1-5".`,
    );
  }
  const timetable = timetableOf(pattern);
  return { name, cron, timeZone, timetable: followsWall ? timetable : onWall(timetable, wallClock) };
}

function wallClockOf(timeZone: string): WallClock | null {
  try {
    return new WallClock(timeZone);
  } catch {
    return null;
  }
}

/** `null`: not a pattern, or one that no date fits, such as 30 February. */
function readPattern(fields: readonly string[], timezone: string): Cron | null {
  // Croner would also take a date or a nickname, which are no patterns.
  if (fields.length !== 5 && fields.length !== 6) return null;
  try {
    const pattern = new Cron(fields.join(" "), { timezone, mode: "5-or-6-parts" });
    return pattern.nextRun(new Date(0)) && pattern;
  } catch {
    return null;
  }
}

function timetableOf(pattern: Cron): Timetable {
  return {
    nextAfter: (time) => pattern.nextRun(time),
    // Croner looks strictly before the time it is given.
    lastUpTo: (time) => pattern.previousRuns(1, new Date(time.getTime() + 1))[0] ?? null,
  };
}

/** Times of day, each at the first time that the wall shows it. */
function onWall(shown: Timetable, wallClock: WallClock): Timetable {
  return {
    nextAfter(time) {
      let wall = shown.nextAfter(wallClock.at(time));
      // The second time that it shows an hour is none of its slots.
      while (wall && wallClock.firstShows(wall) <= time) wall = shown.nextAfter(wall);
      return wall && wallClock.firstShows(wall);
    },
    lastUpTo(time) {
      let wall = shown.lastUpTo(wallClock.shownBy(time));
      while (wall && wallClock.firstShows(wall) > time) wall = shown.lastUpTo(new Date(wall.getTime() - 1));
      return wall && wallClock.firstShows(wall);
    },
  };
}
