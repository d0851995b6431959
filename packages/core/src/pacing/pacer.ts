import type { LimiterFactory } from "../ports/rate-limiter.js";
import type { TransportPacing } from "../ports/transport.js";
import type { Runtime } from "../runtime.js";
import { Counter } from "./counter.js";
import { Outage } from "./outage.js";
import { type PacedNotification, RecipientSpacing } from "./recipient-spacing.js";
import { type GrantedSends, partsPerSecond, SenderSends } from "./sender-sends.js";
import { windowMsOf } from "./window-pair.js";

type Surroundings = Pick<Runtime, "transports" | "clock" | "logger">;

interface PacedChannel {
  readonly sends: SenderSends | null;
  readonly spacing: RecipientSpacing | null;
}

/** Keeps every sender within what its provider allows it. Says who waits and for how long, and waits for nobody itself. */
export class Pacer {
  readonly #channels = new Map<string, PacedChannel>();

  /** @throws {InvalidOptionsError} What the factory makes is no limiter. */
  constructor(runtime: Surroundings, limiter: LimiterFactory | undefined) {
    const outage = new Outage(runtime.clock, runtime.logger);
    for (const [name, { pacing }] of runtime.transports) {
      if (!pacing?.perSecond && !pacing?.perRecipient) continue;
      const sender = `${name}:${pacing.senderKey}`;
      this.#channels.set(name, {
        sends: sendsOf(sender, pacing, runtime, limiter, outage),
        spacing: spacingOf(sender, pacing, runtime, limiter, outage),
      });
    }
  }

  /** Resolves when the first question will be answered without delay. Harmless to leave out. */
  async ready(): Promise<void> {
    const parts = [...this.#channels.values()].flatMap(({ sends, spacing }) => [sends, spacing]);
    await Promise.all(parts.map((part) => part?.ready()));
  }

  /** Channels whose transport names limits of its sender. Others are never paced. */
  isPaced(channel: string): boolean {
    return this.#channels.has(channel);
  }

  /** Takes up to `wanted` sends of the channel's sender. Those that are not used are given back. */
  async takeSends(channel: string, wanted: number): Promise<GrantedSends> {
    const sends = this.#channels.get(channel)?.sends;
    return sends ? sends.take(wanted) : { granted: wanted, againInMs: null };
  }

  /** Gives back what was taken and not used. Of use to the next `takeSends`, if that comes soon. */
  async giveBack(channel: string, count: number): Promise<void> {
    this.#channels.get(channel)?.sends?.giveBack(count);
  }

  /**
   * For each of the claimed notifications of one channel, in order: 0 to send it now, or how long to wait, in ms. What is
   * to be sent now counts as sent.
   */
  async delaysOf(channel: string, notifications: readonly PacedNotification[]): Promise<number[]> {
    const spacing = this.#channels.get(channel)?.spacing;
    return spacing ? spacing.delaysOf(notifications) : notifications.map(() => 0);
  }
}

function sendsOf(
  sender: string,
  { perSecond }: TransportPacing,
  { clock }: Surroundings,
  limiter: LimiterFactory | undefined,
  outage: Outage,
): SenderSends | null {
  if (perSecond === undefined) return null;
  const limits = {
    keyPrefix: "callboard:sends",
    points: Math.ceil(perSecond / partsPerSecond),
    // Far longer than a part of a second lasts: processes whose clocks differ by less still share it.
    duration: 60,
  };
  return new SenderSends(new Counter(limits, limiter, outage), sender, perSecond, clock);
}

function spacingOf(
  sender: string,
  { perRecipient }: TransportPacing,
  { clock }: Surroundings,
  limiter: LimiterFactory | undefined,
  outage: Outage,
): RecipientSpacing | null {
  if (perRecipient === undefined) return null;
  const limits = {
    keyPrefix: "callboard:recipients",
    points: perRecipient.burst,
    // A window is asked for until the one after it has ended.
    duration: Math.ceil((2 * windowMsOf(perRecipient)) / 1_000),
  };
  return new RecipientSpacing(new Counter(limits, limiter, outage), sender, perRecipient, clock);
}
