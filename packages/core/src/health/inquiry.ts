import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import { faultWords } from "./fault-words.js";

/** What was answered in time, or why nothing was, in a sentence. */
export type Answer<Value> =
  | { readonly value: Value; readonly fault: null }
  | { readonly value: null; readonly fault: string };

/** Nothing is asked anew for so long, as long as it has not been answered. */
const silenceMs = 30_000;

interface Asked<Value> {
  readonly answer: Promise<Answer<Value>>;
  readonly atMs: number;
}

/** A question that is asked again and again, and not once more while it is open: what hangs is given no more to do. */
export class Inquiry<Value> {
  #open: Asked<Value> | null = null;
  #isFaulty = false;

  constructor(
    private readonly surroundings: { readonly clock: Clock; readonly logger: Logger },
    /** Who is asked, for the log. */
    private readonly whom: string,
    private readonly ask: () => Promise<Value>,
  ) {}

  /** Waits no longer than `timeoutMs`. Never rejects. */
  async answer(timeoutMs: number): Promise<Answer<Value>> {
    const late = Promise.withResolvers<Answer<Value>>();
    const fault = `There was no answer within ${timeoutMs} ms.`;
    const giveUp = () => late.resolve({ value: null, fault });
    const timer = this.surroundings.clock.setTimer(giveUp, timeoutMs);
    try {
      return await Promise.race([this.#asked(), late.promise]);
    } finally {
      timer.cancel();
    }
  }

  #asked(): Promise<Answer<Value>> {
    const nowMs = this.surroundings.clock.monotonicMs();
    if (this.#open && nowMs - this.#open.atMs < silenceMs) return this.#open.answer;
    const open = { answer: this.#guarded(), atMs: nowMs };
    this.#open = open;
    void open.answer.then(() => {
      if (this.#open === open) this.#open = null;
    });
    return open.answer;
  }

  async #guarded(): Promise<Answer<Value>> {
    try {
      const value = await this.ask();
      this.#isFaulty = false;
      return { value, fault: null };
    } catch (err) {
      if (!this.#isFaulty)
        this.surroundings.logger.warn({ err }, `a health check failed at the ${this.whom}`);
      this.#isFaulty = true;
      return { value: null, fault: faultWords(err) };
    }
  }
}
