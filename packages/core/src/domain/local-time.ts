/**
 * A time as the clocks of a place show it. Where clocks are put forward and skip it, it is the first moment after the
 * gap; where they are put back and show it twice, it is the first of the two.
 */
export interface LocalTime {
  /** For example `2026-12-01T08:00`, or `2026-12-01T08:00:30`. */
  readonly local: string;
  /** IANA name, for example `Africa/Harare`. */
  readonly timeZone: string;
}
