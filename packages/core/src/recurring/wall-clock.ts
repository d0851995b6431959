/** The clock on the wall of a time zone. Times on the wall are Dates whose UTC fields are what it shows. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

  /** @throws {RangeError} Not a time zone. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  }

  at(time: Date): Date {
    return new Date(time.getTime() + this.#aheadMs(time.getTime()));
  }

  /** What the wall has shown already by then: more than it shows, when the clock was set back within six hours. */
  shownBy(time: Date): Date {
    const before = this.#aheadMs(time.getTime() - 6 * hourMs);
    return new Date(time.getTime() + Math.max(before, this.#aheadMs(time.getTime())));
  }

  /** The first time at which it shows this, or when it has jumped over it. */
  firstShows(wall: Date): Date {
    // A day, because no zone is further from UTC.
    const [dayBefore, dayAfter] = [wall.getTime() - 24 * hourMs, wall.getTime() + 24 * hourMs];
    const [before, after] = [this.#aheadMs(dayBefore), this.#aheadMs(dayAfter)];
    const candidates = [Math.max(before, after), Math.min(before, after)].map(
      (aheadMs) => new Date(wall.getTime() - aheadMs),
    );
    const first = candidates.find((time) => this.at(time).getTime() === wall.getTime());
    return first ?? this.#changeBetween(dayBefore, dayAfter);
  }

  #changeBetween(fromMs: number, toMs: number): Date {
    let [low, high] = [fromMs, toMs];
    const before = this.#aheadMs(low);
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (this.#aheadMs(middle) === before) low = middle;
      else high = middle;
    }
    return new Date(high);
  }

  /** How far it is ahead of UTC. */
  #aheadMs(ms: number): number {
    const name = this.#format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
    // "GMT", "GMT-03:30"; with seconds before there were zones.
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d+)(?::(\d+))?(?::(\d+))?)?/.exec(name) ?? [];
    const ahead = Number(hours) * hourMs + Number(minutes) * 60_000 + Number(seconds) * 1_000;
    return sign === "-" ? -ahead : ahead;
  }
}

const hourMs = 3_600_000;
