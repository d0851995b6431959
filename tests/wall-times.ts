/*
 * What the clock on the wall shows, by the zone's own data and without a line of a cron library. Times on the wall are
 * Dates whose UTC fields are what it shows.
 */

const [hour, day] = [3_600_000, 86_400_000];

/** The clock is set ahead or back. */
export interface Change {
  /** The first moment of the new time. */
  readonly at: Date;
  /** Ahead of UTC. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** The clock of a zone through one year, and a week on either side. */
export interface WallClock {
  readonly timeZone: string;
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** How far it is ahead of UTC before the first of them. */
  readonly beginsMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function wallClock(timeZone: string, year: number): WallClock {
  const [first, last] = [Date.UTC(year, 0, 1) - 7 * day, Date.UTC(year + 1, 0, 8)];
  const changes: Change[] = [];
  // No zone changes its mind within four days.
  for (let ms = first; ms < last; ms += 4 * day) {
    const [beforeMs, afterMs] = [offsetMs(timeZone, ms), offsetMs(timeZone, ms + 4 * day)];
    if (beforeMs !== afterMs)
      changes.push({ at: changeBetween(timeZone, ms, ms + 4 * day), beforeMs, afterMs });
  }
  return { timeZone, changes, beginsMs: offsetMs(timeZone, first) };
}

/** What the wall shows at a time. */
export function wallTime({ changes, beginsMs }: WallClock, at: Date): Date {
  const latest = changes.findLast((change) => change.at <= at);
  return new Date(at.getTime() + (latest?.afterMs ?? beginsMs));
}

/** When the jump ends in which the wall never shows this. @throws {Error} It does. */
export function jumpOver({ timeZone, changes }: WallClock, wallMs: number): Date {
  const jump = changes.find(
    ({ at, beforeMs, afterMs }) => wallMs >= at.getTime() + beforeMs && wallMs < at.getTime() + afterMs,
  );
  if (!jump) throw new Error(`In ${timeZone} no jump leaves out ${new Date(wallMs).toISOString()}.`);
  return jump.at;
}

function changeBetween(timeZone: string, from: number, to: number): Date {
  let [low, high] = [from, to];
  const before = offsetMs(timeZone, low);
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (offsetMs(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return new Date(high);
}

function offsetMs(timeZone: string, ms: number): number {
  const shown = formatOf(timeZone).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(shown.find((one) => one.type === type)?.value);
  const date = Date.UTC(part("year"), part("month") - 1, part("day"));
  return date + part("hour") * hour + part("minute") * 60_000 + part("second") * 1_000 - ms;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = "numeric" as const;
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23", year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
  formats.set(timeZone, format);
  return format;
}
