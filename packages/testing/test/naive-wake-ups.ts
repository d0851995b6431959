import type { NaiveEngine, NaiveTransaction, NaiveWakeUp } from "./naive-engine.js";
import type { WakeFaults } from "./naive-faults.js";

/** Puts wake-ups into the engine, and reads what is due there. */
export class NaiveWakeUps {
  readonly #seen = new Set<string>();

  constructor(
    private readonly engine: NaiveEngine,
    private readonly faults: WakeFaults,
  ) {}

  add(ids: readonly string[], atMs: number, nowMs: number): void {
    const { faults, engine } = this;
    const seen = ids.some((id) => this.#seen.has(id));
    for (const id of ids) this.#seen.add(id);
    if (faults.losesRepeatedId && seen) return;
    if (faults.losesWakesForNow && atMs === nowMs) return;
    if (faults.losesFutureWakes && atMs > nowMs) return;
    if (faults.losesEarlierWakes && engine.wakeUps.some((wakeUp) => wakeUp.atMs > atMs)) return;
    if (faults.losesAllBeyond && engine.wakeUps.length >= faults.losesAllBeyond) return;
    const same = engine.wakeUps.findIndex((wakeUp) => wakeUp.atMs === atMs);
    if (faults.losesDoubledWakes && same >= 0) engine.wakeUps.splice(same, 1);
    else engine.wakeUps.push(this.#wakeUp(ids, atMs));
  }

  /** In the transaction where it is one of the engine's; otherwise a moment later. */
  addWithin(transaction: NaiveTransaction | null, ids: readonly string[], atMs: number): void {
    const { faults, engine } = this;
    if (faults.ignoresTransactions) return;
    if (transaction && !engine.hasQueue) {
      transaction.isSpoiled = faults.spoilsTransactions === true;
      throw new Error("There is no queue.");
    }
    const delayMs = transaction || faults.ringsBeforeCommit ? 0 : 250;
    const { wakeUps } = (!faults.ringsBeforeCommit && transaction) || engine;
    wakeUps.push(this.#wakeUp(ids, atMs + delayMs));
  }

  /** The ids of each wake-up that is due; of one that cannot be read, none. */
  takeDue(nowMs: number): (readonly string[])[] {
    const due = this.engine.takeDue(nowMs + (this.faults.ringsEarlyByMs ?? 0));
    return due.map((wakeUp) => {
      const ids = this.#idsOf(wakeUp.payload);
      if (this.faults.keepsUnreadable && ids.length === 0) this.engine.wakeUps.push(wakeUp);
      return ids;
    });
  }

  #wakeUp(ids: readonly string[], atMs: number): NaiveWakeUp {
    return { atMs, payload: { v: 1, ids: this.faults.losesSecondId ? ids.slice(0, 1) : ids } };
  }

  #idsOf(payload: unknown): readonly string[] {
    const { ids } = (payload ?? {}) as { readonly ids?: unknown };
    if (!Array.isArray(ids)) return [];
    return this.faults.ringsForUnreadable || ids.every((id) => typeof id === "string") ? ids : [];
  }
}
