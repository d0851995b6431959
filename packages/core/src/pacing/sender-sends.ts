import type { Clock } from "../ports/clock.js";
import type { Counter } from "./counter.js";

/** A second is counted in this many parts, so that two full parts that meet are a quarter of a second's worth too many. */
export const partsPerSecond = 4;
const partMs = 1_000 / partsPerSecond;

/** An answer to a wish to send. */
export interface GrantedSends {
  readonly granted: number;
  /** When to ask again, in ms from now; `null`: as soon as those that were granted are used. */
  readonly againInMs: number | null;
}

/** What one sender may send in a second, for all processes together. */
export class SenderSends {
  #part = Number.NaN;
  /** Taken in this part of the second, and given back. */
  #inHand = 0;
  /** This part has been used up, by us or by others. */
  #isSpent = false;

  constructor(
    private readonly counter: Counter,
    private readonly key: string,
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the first `take` will not have to load anything. */
  ready(): Promise<void> {
    return this.counter.ready();
  }

  /** Takes up to `wanted` sends, at least 1. */
  async take(wanted: number): Promise<GrantedSends> {
    const nowMs = this.clock.now().getTime();
    this.#enter(partAt(nowMs));
    const inHand = Math.min(wanted, this.#inHand);
    this.#inHand -= inHand;
    const granted = inHand + (await this.#takeNew(wanted - inHand));
    // Where some were granted, whoever used them all asks at once; whoever did not has no need to.
    return { granted, againInMs: granted === 0 ? (this.#part + 1) * partMs - nowMs : null };
  }

  /** Only of use in the part of the second that it was taken in. */
  giveBack(count: number): void {
    if (partAt(this.clock.now().getTime()) === this.#part) this.#inHand += count;
  }

  #enter(part: number): void {
    if (part === this.#part) return;
    this.#part = part;
    this.#inHand = 0;
    this.#isSpent = false;
  }

  async #takeNew(wanted: number): Promise<number> {
    const part = this.#part;
    const limit = this.#limitOf(part);
    if (this.#isSpent || limit === 0 || wanted === 0) return 0;
    const asked = Math.min(wanted, limit);
    const left = limit + asked - (await this.counter.add(`${this.key}:${part}`, asked));
    if (part === this.#part) this.#isSpent = left <= asked;
    return Math.min(Math.max(left, 0), asked);
  }

  /** Parts of one second differ by one where it cannot be divided evenly. */
  #limitOf(part: number): number {
    const upTo = (parts: number) => Math.floor((parts * this.perSecond) / partsPerSecond);
    const index = part % partsPerSecond;
    return upTo(index + 1) - upTo(index);
  }
}

function partAt(atMs: number): number {
  return Math.floor(atMs / partMs);
}
