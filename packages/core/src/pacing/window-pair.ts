import type { RecipientPacing } from "../ports/transport.js";

/**
 * How many messages one person was sent in a window of time and in the one before it. Windows have fixed places on the
 * clock, so that every process means the same one by the same number.
 */
export interface WindowPair {
  readonly window: number;
  readonly previous: number;
  readonly count: number;
}

/** The time in which as many messages as the burst has would have been sent one by one. */
export function windowMsOf({ burst, everyMs }: RecipientPacing): number {
  return burst * everyMs;
}

/** The pair as it stands at a later time, when nothing more was sent. */
export function rolledTo(pair: WindowPair, pacing: RecipientPacing, atMs: number): WindowPair {
  const window = Math.floor(atMs / windowMsOf(pacing));
  if (window <= pair.window) return pair;
  return { window, previous: window === pair.window + 1 ? pair.count : 0, count: 0 };
}

/**
 * How many more may be sent at a time within the pair's window; negative when more were sent than may be.
 *
 * Messages of the window before are owed for: they weigh less and less, and nothing at the end of the window. So any
 * stretch of time sees at most the burst and one message for each `everyMs` of its length.
 */
export function roomAt(
  { window, previous, count }: WindowPair,
  pacing: RecipientPacing,
  atMs: number,
): number {
  const windowMs = windowMsOf(pacing);
  const leftMs = (window + 1) * windowMs - Math.max(atMs, window * windowMs);
  return pacing.burst - Math.ceil((previous * leftMs) / windowMs) - count;
}

/** The first time, from `fromMs` on, at which one more may be sent. In whole milliseconds. */
export function nextRoom(pair: WindowPair, pacing: RecipientPacing, fromMs: number): number {
  const current = rolledTo(pair, pacing, fromMs);
  if (roomAt(current, pacing, fromMs) > 0) return fromMs;
  const windowMs = windowMsOf(pacing);
  const endMs = (current.window + 1) * windowMs;
  // What the window before may still weigh, so that there is room for one.
  const weight = pacing.burst - current.count - 1;
  // This window is full by itself.
  if (weight < 0) return nextRoom(current, pacing, endMs);
  return endMs - Math.floor((weight * windowMs) / current.previous);
}
