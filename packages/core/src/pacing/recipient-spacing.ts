import { createHash } from "node:crypto";
import type { Notification } from "../domain/notification.js";
import type { Clock } from "../ports/clock.js";
import type { RecipientPacing } from "../ports/transport.js";
import { BoundedMap } from "./bounded-map.js";
import type { Counter } from "./counter.js";
import { WaitingLines } from "./waiting-lines.js";
import { rolledTo, roomAt, type WindowPair, windowMsOf } from "./window-pair.js";

/** People whose counts and lines are remembered. Of others the counter is asked, and their lines begin anew. */
const rememberedPeople = 10_000;

/** What spacing looks at. */
export type PacedNotification = Pick<Notification, "address" | "priority">;

interface Person {
  /** No more than was sent: other processes may have sent since it was counted. */
  readonly pair: WindowPair;
  readonly lines: WaitingLines;
}

/** Spreads what one sender has for the same person, for all processes together. */
export class RecipientSpacing {
  readonly #people = new BoundedMap<string, Person>(rememberedPeople);

  constructor(
    private readonly counter: Counter,
    private readonly sender: string,
    private readonly pacing: RecipientPacing,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the first question will not have to load anything. */
  ready(): Promise<void> {
    return this.counter.ready();
  }

  /** In order: 0 to send now, or how long to wait, in ms. The first of each person go first. */
  async delaysOf(notifications: readonly PacedNotification[]): Promise<number[]> {
    const delays = new Array<number>(notifications.length).fill(0);
    const byAddress = Map.groupBy(notifications.entries(), ([, { address }]) => address);
    await Promise.all(
      [...byAddress].map(async ([address, rows]) => {
        const times = await this.#place(
          this.#keyOf(address),
          rows.map(([, row]) => row),
        );
        rows.forEach(([index], position) => {
          delays[index] = times[position] ?? 0;
        });
      }),
    );
    return delays;
  }

  async #place(key: string, rows: readonly PacedNotification[]): Promise<number[]> {
    const nowMs = this.clock.now().getTime();
    const { pair, lines } = await this.#personOf(key, nowMs);
    const granted = await this.#take(key, pair, rows.length, nowMs);
    const counted = { ...pair, count: granted.count };
    this.#people.set(key, { pair: counted, lines });
    return rows.map(({ priority }, position) =>
      position < granted.sends ? 0 : lines.join(priority, counted, this.pacing, nowMs) - nowMs,
    );
  }

  async #take(key: string, pair: WindowPair, wanted: number, nowMs: number) {
    const asked = Math.min(wanted, Math.max(roomAt(pair, this.pacing, nowMs), 0));
    if (asked === 0) return { sends: 0, count: pair.count };
    const sum = await this.counter.add(`${key}:${pair.window}`, asked);
    // After the limiter was emptied we still know what we sent ourselves.
    const count = Math.max(sum, pair.count + asked);
    const over = Math.min(Math.max(-roomAt({ ...pair, count }, this.pacing, nowMs), 0), asked);
    if (over > 0) await this.counter.remove(`${key}:${pair.window}`, over);
    return { sends: asked - over, count: count - over };
  }

  async #personOf(key: string, nowMs: number): Promise<Person> {
    const window = Math.floor(nowMs / windowMsOf(this.pacing));
    const known = this.#people.get(key);
    if (known?.pair.window === window) return known;
    const previous = await this.counter.sum(`${key}:${window - 1}`);
    // What a clock that has been set back said of later windows is of no use.
    if (!known || known.pair.window > window) {
      return { pair: { window, previous, count: 0 }, lines: new WaitingLines() };
    }
    const own = rolledTo(known.pair, this.pacing, nowMs);
    return { pair: { ...own, previous: Math.max(previous, own.previous) }, lines: known.lines };
  }

  /** A digest, so that no address leaves for the limiter. */
  #keyOf(address: string): string {
    return createHash("sha256").update(`${this.sender}\n${address}`).digest("base64url");
  }
}
