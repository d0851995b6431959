import type { Clock, Timer } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";

/** Longer than a limiter ever takes that is well, and short enough not to hold up a claim. */
const deadlineMs = 250;
/** How often a limiter that is out is asked again. */
const retryMs = 1_000;

/** Asks the shared limiter, and does without it while it does not answer. */
export class Outage {
  #isOut = false;
  #askAgainAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** What the limiter answers; `null`: it does not. Waits for it only while it is not known to be out. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | null> {
    const nowMs = this.clock.now().getTime();
    if (!this.#isOut) return this.#try(question);
    // Not further ahead than one round: the clock may have been set back.
    if (nowMs < this.#askAgainAt && this.#askAgainAt <= nowMs + retryMs) return null;
    this.#askAgainAt = nowMs + retryMs;
    void this.#try(question);
    return null;
  }

  async #try<Answer>(question: () => Promise<Answer>): Promise<Answer | null> {
    try {
      const answer = await this.#inTime(question);
      if (this.#isOut) this.logger.info({}, "the shared rate limiter answers again");
      this.#isOut = false;
      return answer;
    } catch (err) {
      if (!this.#isOut) {
        this.#askAgainAt = this.clock.now().getTime() + retryMs;
        this.logger.warn(
          { err },
          "the shared rate limiter does not answer; until it does, this process counts for itself",
        );
      }
      this.#isOut = true;
      return null;
    }
  }

  async #inTime<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    let timer: Timer | null = null;
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new Error(`The rate limiter did not answer within ${deadlineMs} ms.`));
      timer = this.clock.setTimer(giveUp, deadlineMs);
    });
    try {
      return await Promise.race([question(), late]);
    } finally {
      (timer as Timer | null)?.cancel();
    }
  }
}
