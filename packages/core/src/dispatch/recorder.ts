import pRetry from "p-retry";
import { markUnreachable } from "../contacts/mark-unreachable.js";
import type { Notification } from "../domain/notification.js";
import { emitMoves } from "../events/lifecycle.js";
import type { AttemptResult } from "../ports/notification-store.js";
import { applyParked } from "../receipts/apply-parked.js";
import type { Runtime } from "../runtime.js";
import type { Pauses } from "./pauses.js";

/** Stores results in batches: whatever ends while one batch is being written goes into the next. */
export class Recorder<Tx> {
  #waiting: { result: AttemptResult; stored: () => void }[] = [];
  #flushing: Promise<void> | null = null;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pauses: Pauses<Tx>,
    /** Aborts when the process gives up; unrecorded rows then become uncertain, and receipts settle them. */
    private readonly givingUp: AbortSignal,
  ) {}

  /** Resolves when the result is stored, or given up. */
  add(result: AttemptResult): Promise<void> {
    return new Promise((stored) => {
      this.#waiting.push({ result, stored });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    // One turn of the event loop, so that answers that arrived together are stored together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      await this.#store(batch.map(({ result }) => result));
      for (const { stored } of batch) stored();
    }
    this.#flushing = null;
  }

  async #store(results: readonly AttemptResult[]): Promise<void> {
    const { lifecycle, logger } = this.runtime;
    try {
      const moved = await this.#record(results);
      emitMoves(lifecycle, moved);
      await markUnreachable(this.runtime, moved);
      await this.#applyParked(moved);
    } catch (err) {
      logger.error(
        { err, count: results.length },
        "results were not stored; receipts or the uncertain policy will settle them",
      );
    }
  }

  /** Repeating is safe: attempts are overwritten with the same result, and the moves are fenced by the lease. */
  #record(results: readonly AttemptResult[]): Promise<Notification[]> {
    const { storage, logger } = this.runtime;
    const record = async () => {
      try {
        return await storage.notifications.record(results);
      } catch (cause) {
        // p-retry takes a TypeError for a mistake in the code; some drivers throw one for a lost connection.
        throw new Error("The store took no results.", { cause });
      }
    };
    return pRetry(record, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 250,
      maxTimeout: 5_000,
      signal: this.givingUp,
      onFailedAttempt: ({ error: err }) =>
        logger.warn({ err, count: results.length }, "results could not be stored; trying again"),
    });
  }

  /** A receipt can be faster than the answer that carries its message id. */
  async #applyParked(moved: readonly Notification[]): Promise<void> {
    const { logger } = this.runtime;
    const providerMessageIds = moved.flatMap(({ providerMessageId }) => providerMessageId ?? []);
    if (providerMessageIds.length === 0) return;
    const request = { providerMessageIds, limit: providerMessageIds.length * 4 };
    try {
      await applyParked(this.runtime, this.pauses, request);
    } catch (err) {
      logger.warn({ err }, "early receipts could not be applied; the sweep will try again");
    }
  }
}
