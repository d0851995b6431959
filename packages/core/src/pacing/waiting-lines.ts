import type { Priority } from "../domain/notification.js";
import type { RecipientPacing } from "../ports/transport.js";
import { nextRoom, rolledTo, type WindowPair } from "./window-pair.js";

interface Tail {
  readonly atMs: number;
  /** What will have been sent by then, the last of the line included. */
  readonly pair: WindowPair;
}

const priorities: readonly Priority[] = ["high", "normal", "low"];

/**
 * Who waits for one person's next free places: each for a place of its own, behind those who are as urgent or more so.
 * The more urgent take places that were given before; whoever finds theirs taken goes to the end of its line.
 */
export class WaitingLines {
  readonly #tails = new Map<Priority, Tail>();

  /** The time of the next place for this priority, when `pair` has been sent by now. */
  join(priority: Priority, pair: WindowPair, pacing: RecipientPacing, nowMs: number): number {
    const ahead = this.#lastAhead(priority) ?? { atMs: nowMs, pair };
    const last = ahead.atMs > nowMs ? ahead : { atMs: nowMs, pair };
    const atMs = nextRoom(last.pair, pacing, last.atMs);
    const { window, previous, count } = rolledTo(last.pair, pacing, atMs);
    this.#tails.set(priority, { atMs, pair: { window, previous, count: count + 1 } });
    return atMs;
  }

  #lastAhead(priority: Priority): Tail | undefined {
    const ahead = priorities.slice(0, priorities.indexOf(priority) + 1);
    return ahead
      .flatMap((one) => this.#tails.get(one) ?? [])
      .reduce<Tail | undefined>((last, tail) => (last && last.atMs >= tail.atMs ? last : tail), undefined);
  }
}
