import { setImmediate as nextTurn } from "node:timers/promises";
import { outsideOrigin } from "../origin.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";

/** Whoever queues waits for the scheduler no longer than this. */
const patienceMs = 250;

/** A scheduler that took no wake-up is left alone for so long; the sweep finds what nobody rang for. */
const silenceMs = 1_000;

/** No scheduler is handed more ids at once: each is a row, a message or an argument there. */
const mostIds = 1_000;

interface Waking {
  readonly ids: readonly string[];
  readonly at: Date;
  /** How many are left to the sweep when these are not taken. */
  readonly left: number;
}

/** Asks the scheduler for rings. A scheduler that is down costs those who queue next to nothing, and one line in the log. */
export class Bell<Tx> {
  #isDown = false;
  /** By the clock that nobody sets. */
  #silentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly runtime: Pick<Runtime<Tx>, "scheduler" | "clock" | "logger">) {}

  /** Never rejects: the rows are written, and the sweep finds them. */
  async ring(ids: readonly string[], at: Date, options: WriteOptions<Tx>): Promise<void> {
    for (let rung = 0; rung < ids.length; rung += mostIds) {
      if (rung > 0) await nextTurn();
      const waking = { ids: ids.slice(rung, rung + mostIds), at, left: ids.length - rung };
      // Not one slice after another: a scheduler that is down may take its time to say so.
      if (!(await this.#isTaken(waking, options))) return;
    }
  }

  async #isTaken(waking: Waking, options: WriteOptions<Tx>): Promise<boolean> {
    if (this.runtime.clock.monotonicMs() < this.#silentUntilMs) return false;
    if (!this.#isDown) return this.#try(waking, options);
    // During an outage one wake-up finds out for all whether it is over, and only a transaction has to wait for it.
    this.#beSilent();
    if (this.#enlists(options)) return this.#try(waking, options);
    void this.#try(waking, options);
    return false;
  }

  async #try(waking: Waking, options: WriteOptions<Tx>): Promise<boolean> {
    try {
      await this.#ask(waking, options);
      this.#tellUp();
      return true;
    } catch (err) {
      this.#beSilent();
      this.#tellDown(err, waking.left);
      return false;
    }
  }

  async #ask({ ids, at }: Waking, options: WriteOptions<Tx>): Promise<void> {
    const { scheduler, clock } = this.runtime;
    // What the ring sets going is for whatever is due, and no part of the event that queued these.
    const asked = outsideOrigin(() => scheduler.wake(ids, at, options));
    if (this.#enlists(options)) return asked;
    const late = Promise.withResolvers<never>();
    const giveUp = () => late.reject(new Error(`The scheduler did not answer within ${patienceMs} ms.`));
    const timer = clock.setTimer(giveUp, patienceMs);
    try {
      await Promise.race([asked, late.promise]);
    } finally {
      timer.cancel();
    }
  }

  /** A statement of a transaction cannot be left behind: what it waits for, the commit waits for as well. */
  #enlists({ transaction }: WriteOptions<Tx>): boolean {
    return transaction !== undefined && this.runtime.scheduler.capabilities.transactionalWake;
  }

  #beSilent(): void {
    this.#silentUntilMs = this.runtime.clock.monotonicMs() + silenceMs;
  }

  #tellDown(err: unknown, count: number): void {
    const level = this.#isDown ? "debug" : "warn";
    this.#isDown = true;
    this.runtime.logger[level](
      { err, count },
      "the scheduler took no wake-up; the sweep will find these notifications",
    );
  }

  #tellUp(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#silentUntilMs = Number.NEGATIVE_INFINITY;
    this.runtime.logger.info({}, "the scheduler takes wake-ups again");
  }
}
