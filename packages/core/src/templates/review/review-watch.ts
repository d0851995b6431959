import type { Timer } from "../../ports/clock.js";
import type { Runtime } from "../../runtime.js";
import { refreshReviews } from "./refresh-reviews.js";
import { reviewedChannels } from "./reviewers.js";

/** While something waits for a review, or is paused. */
const restlessMs = 300_000;

/** While all are approved: a pause that no webhook told of is noticed by the refused message first. */
const calmMs = 3_600_000;

/** Polls how templates stand, as long as this process works. */
export class ReviewWatch<Tx> {
  #timer: Timer | null = null;
  #polling: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(private readonly runtime: Runtime<Tx>) {}

  start(): void {
    if (reviewedChannels(this.runtime, undefined).length === 0) return;
    this.#abort = new AbortController();
    this.#wait(restlessMs);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#abort.abort();
    await this.#polling;
  }

  #wait(ms: number): void {
    const { clock, random } = this.runtime;
    // Jittered, so that many processes do not ask in step.
    this.#timer = clock.setTimer(
      () => {
        this.#polling = this.#poll();
      },
      ms * (0.8 + 0.4 * random()),
    );
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort;
    let isCalm = false;
    try {
      await refreshReviews(this.runtime, { signal });
      isCalm = await this.#isCalm();
    } catch (err) {
      if (!signal.aborted)
        this.runtime.logger.warn({ err }, "templates could not be polled; asked again later");
    }
    if (!signal.aborted) this.#wait(isCalm ? calmMs : restlessMs);
  }

  async #isCalm(): Promise<boolean> {
    const channels = reviewedChannels(this.runtime, undefined);
    const known = await Promise.all(channels.map(({ channel }) => this.runtime.channelTemplates.of(channel)));
    return known.flat().every(({ status }) => status === "approved");
  }
}
