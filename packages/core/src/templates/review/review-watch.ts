import type { Timer } from "../../ports/clock.js";
import type { Runtime } from "../../runtime.js";
import { refreshReviews } from "./refresh-reviews.js";
import { reviewedChannels } from "./reviewers.js";

/** The mark of the last poll, beside those of the host's own jobs. */
const job = "callboard:template-reviews";

/** How often a process looks whether somebody should ask. */
const lookMs = 60_000;

/** While something waits for a review, or is paused. */
const restlessMs = 300_000;

/** While all are approved: a pause that no webhook told of is noticed by the refused message first. */
const calmMs = 3_600_000;

/** Polls how templates stand, once for all processes that work: providers count calls. */
export class ReviewWatch<Tx> {
  #timer: Timer | null = null;
  #polling: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(private readonly runtime: Runtime<Tx>) {}

  start(): void {
    if (reviewedChannels(this.runtime, undefined).length === 0) return;
    this.#abort = new AbortController();
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#abort.abort();
    await this.#polling;
  }

  #wait(): void {
    const { clock, random } = this.runtime;
    // Jittered, so that many processes do not ask in step.
    this.#timer = clock.setTimer(
      () => {
        this.#polling = this.#look();
      },
      lookMs * (0.8 + 0.4 * random()),
    );
  }

  async #look(): Promise<void> {
    const { signal } = this.#abort;
    try {
      if (await this.#isOurs()) await refreshReviews(this.runtime, { signal });
    } catch (err) {
      if (!signal.aborted)
        this.runtime.logger.warn({ err }, "templates could not be polled; asked again later");
    }
    if (!signal.aborted) this.#wait();
  }

  /** Whether it is time to ask, and nobody else does. */
  async #isOurs(): Promise<boolean> {
    const { storage, clock } = this.runtime;
    const everyMs = (await this.#isCalm()) ? calmMs : restlessMs;
    const slot = new Date(Math.floor(clock.now().getTime() / everyMs) * everyMs);
    const { type } = await storage.recurring.claimSlot(job, slot);
    return type === "claimed";
  }

  async #isCalm(): Promise<boolean> {
    const channels = reviewedChannels(this.runtime, undefined);
    const known = await Promise.all(channels.map(({ channel }) => this.runtime.channelTemplates.of(channel)));
    return known.flat().every(({ status }) => status === "approved");
  }
}
