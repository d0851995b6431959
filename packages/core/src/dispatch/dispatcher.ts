import type { Notification } from "../domain/notification.js";
import type { Pacer } from "../pacing/pacer.js";
import type { Runtime } from "../runtime.js";
import { Alarm } from "./alarm.js";
import { Deliveries } from "./deliveries.js";
import { type Departing, Departures } from "./departures.js";
import { dispatchInSpan } from "./dispatch-in-span.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { atOnce, handBack, type Returned } from "./hand-back.js";
import type { Claim, Held } from "./held.js";
import { type Lane, lanesOf, turnOf } from "./lanes.js";
import { Leases } from "./leases.js";
import type { Lanes, Pauses, ProbeScope } from "./pauses.js";
import { stoodStill } from "./send-one.js";

/** Rows that were sent but not stored yet may pile up to this multiple of the concurrency; then claiming waits. */
const backlogFactor = 4;

/** Claims what is due and has it sent: claim → decide → pace → send → record. */
export class Dispatcher<Tx> {
  readonly #leases: Leases<Tx>;
  readonly #deliveries: Deliveries<Tx>;
  readonly #working = new Set<Promise<void>>();
  /** Claimed, and neither answered nor handed back. */
  #inHand = 0;
  #turns = 0;
  #somethingDue = false;
  #claiming: Promise<void> | null = null;
  readonly #alarm: Alarm;
  readonly #departures: Departures<Tx>;
  #stopping = false;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    private readonly pacer: Pacer,
    private readonly options: DispatchOptions,
  ) {
    this.#leases = new Leases(runtime, options);
    this.#deliveries = new Deliveries(runtime, pauses, options);
    this.#alarm = new Alarm(runtime.clock, () => this.#pokeQuietly());
    this.#departures = new Departures(runtime, pacer, this.#leases, options, {
      gone: (count) => {
        this.#inHand -= count;
      },
      againIn: (ms) => this.#alarm.ringIn(ms),
      isStopping: () => this.#stopping,
    });
  }

  /** Something may be due. Resolves when it has been claimed, or when all hands are full. */
  poke(): Promise<void> {
    this.#somethingDue = true;
    this.#claiming ??= this.#claim();
    return this.#claiming;
  }

  /** Claims nothing more, waits up to `drainMs` for sends in flight, then aborts them. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#alarm.cancel();
    const giveUp = this.#deliveries.giveUpAfter(drainMs);
    // Whoever asked for the claim hears of its failure.
    await this.#claiming?.catch(() => undefined);
    // What begins a batch leads to its sends.
    while (this.#working.size > 0) await Promise.all(this.#working);
    giveUp.cancel();
  }

  async #claim(): Promise<void> {
    // Lets `poke` note this promise before the end of it is noted.
    await null;
    try {
      while (this.#somethingDue && !this.#stopping) {
        // In halves, so that one claim serves many sends; the send that frees enough hands pokes again.
        if (this.#free() < Math.ceil(this.options.concurrency / 2)) return;
        this.#somethingDue = false;
        await this.#claimOnce(await this.pauses.lanes());
      }
    } finally {
      this.#claiming = null;
    }
  }

  async #claimOnce(lanes: Lanes): Promise<void> {
    this.#turns += 1;
    const all = lanesOf(lanes.open, this.pacer);
    // Each lane in turn has the first choice of the free hands.
    const first = all.length === 0 ? 0 : this.#turns % all.length;
    for (const lane of [...all.slice(first), ...all.slice(0, first)]) await this.#claimLane(lane, lanes);
    for (const scope of lanes.probing) await this.#probe(scope);
  }

  #free(): number {
    const { concurrency } = this.options;
    return Math.min(concurrency - this.#inHand, concurrency * backlogFactor - this.#working.size);
  }

  async #claimLane({ channels, paced }: Lane, { pausedTemplates }: Lanes): Promise<void> {
    const { priorities, limit: wanted } = turnOf(this.#turns, this.#free());
    if (wanted <= 0) {
      // The lanes before took every hand: the send that frees one looks again.
      this.#somethingDue = true;
      return;
    }
    const limit = paced === null ? wanted : await this.#takeSends(paced, wanted);
    if (limit === 0) return;
    const claim = this.#newClaim(null);
    const { leaseToken: token } = claim;
    const { leaseMs } = this.options;
    const rows = await this.runtime.storage.notifications.claim({
      ...{ token, leaseMs, channels, pausedTemplates, priorities, limit },
    });
    if (paced !== null && rows.length < limit) await this.pacer.giveBack(paced, limit - rows.length);
    if (rows.length === limit) this.#somethingDue = true;
    this.#take(rows, claim, paced);
  }

  /** The sender's bucket is asked before rows are touched: what may not be sent yet stays where it is. */
  async #takeSends(channel: string, wanted: number): Promise<number> {
    const { granted, againInMs } = await this.pacer.takeSends(channel, wanted);
    if (againInMs !== null && !this.#stopping) this.#alarm.ringIn(againInMs);
    return granted;
  }

  /** One message of one process tells whether what is paused works again. */
  async #probe(scope: ProbeScope): Promise<void> {
    const { channel, template, pausedTemplates } = scope;
    const claim = this.#newClaim(scope);
    const { leaseToken: token } = claim;
    const { leaseMs, sendTimeoutMs } = this.options;
    const rows = await this.runtime.storage.notifications.claim({
      ...{ token, leaseMs, channels: [channel], pausedTemplates, limit: 1 },
      ...(template !== null && { template }),
      priorities: turnOf(0, 1).priorities,
    });
    if (rows.length === 0) return;
    // Only now: a probe without a message would keep the pause up for nothing. As long as its answer may take.
    if (await this.pauses.takeProbe(scope, 2 * sendTimeoutMs)) this.#take(rows, claim, null);
    else await handBack(this.runtime, claim, asReturned(rows, atOnce));
  }

  #newClaim(probe: ProbeScope | null): Claim {
    return {
      leaseToken: this.runtime.newId(),
      claimedAt: this.runtime.clock.now(),
      probe,
      traceParent: null,
    };
  }

  /** Not waited for: the next rows are claimed while the attempts of these are written. */
  #take(rows: readonly Notification[], claim: Claim, paced: string | null): void {
    if (rows.length === 0) return;
    this.#inHand += rows.length;
    // Whatever has to be asked first does not keep the others waiting.
    const conditional = rows.filter(isConditional);
    const free = rows.filter((row) => !isConditional(row));
    const begun = dispatchInSpan(this.runtime, rows, async (traceParent) => {
      const departing = { ...claim, traceParent, paced };
      if (conditional.length > 0) this.#track(this.#quietly(this.#askAndSend(conditional, departing)));
      await this.#send(free, departing);
    });
    this.#track(this.#quietly(begun));
  }

  async #askAndSend(rows: readonly Notification[], departing: Departing): Promise<void> {
    await this.#send(await this.#departures.ask(rows, departing), departing);
  }

  async #send(rows: readonly Notification[], departing: Departing): Promise<void> {
    for (const held of await this.#departures.begin(rows, departing)) this.#track(this.#deliver(held));
  }

  /** A store that takes no attempts is left alone until the sweep, instead of being asked for the same rows again at once. */
  async #quietly(beginning: Promise<void>): Promise<void> {
    try {
      await beginning;
    } catch (err) {
      this.#somethingDue = false;
      this.runtime.logger.warn({ err }, "claimed rows could not be begun; they are handed back");
    }
  }

  async #deliver(held: Held): Promise<void> {
    const { sendTimeoutMs } = this.options;
    // Looked at right before the first byte: a row whose lease may end in mid-send may be another worker's by then.
    const isOurs = this.#leases.outlasts(held.leaseToken, sendTimeoutMs);
    const outcome = isOurs ? await this.#deliveries.send(held) : stoodStill;
    this.#inHand -= 1;
    this.#departures.dismiss(held.notification);
    // Poked before the result is stored: the next send need not wait for this write.
    if (this.#somethingDue) this.#pokeQuietly();
    if (await this.#deliveries.finish(held, outcome)) this.#somethingDue = true;
    this.#leases.letGo(held.leaseToken);
  }

  #track(work: Promise<void>): void {
    this.#working.add(work);
    void work.finally(() => {
      this.#working.delete(work);
      // Only now: a full backlog has room again.
      if (this.#somethingDue) this.#pokeQuietly();
    });
  }

  #pokeQuietly(): void {
    if (this.#stopping) return;
    this.poke().catch((err: unknown) =>
      this.runtime.logger.warn({ err }, "claiming failed; the sweep will try again"),
    );
  }
}

function isConditional({ onlyIf }: Notification): boolean {
  return onlyIf !== null;
}

function asReturned(rows: readonly Notification[], event: Returned["event"]): Returned[] {
  return rows.map((notification) => ({ notification, event }));
}
