export interface NaiveWakeUp {
  readonly atMs: number;
  /** What a scheduler wrote, or anything else that found its way here. */
  readonly payload: unknown;
}

/** A transaction of a host's, which writes one row. */
export interface NaiveTransaction {
  readonly wakeUps: NaiveWakeUp[];
  /** A statement failed: the commit rolls back without a word. */
  isSpoiled: boolean;
}

/** What outlives the schedulers on it, as a server does. */
export class NaiveEngine {
  readonly wakeUps: NaiveWakeUp[] = [];
  /** Those that a faulty scheduler took from all. */
  readonly endedJobs = new Set<string>();
  /** What was sent, by limiter and key. */
  readonly counters = new Map<string, number>();
  schedulers = 0;
  wipes = 0;
  outages = 0;
  isDown = false;
  hasQueue = true;

  /** Removes and returns what is due. */
  takeDue(nowMs: number): NaiveWakeUp[] {
    const due = this.wakeUps.filter(({ atMs }) => atMs <= nowMs);
    for (const wakeUp of due) this.wakeUps.splice(this.wakeUps.indexOf(wakeUp), 1);
    return due;
  }

  async transact(work: (transaction: NaiveTransaction) => Promise<void>): Promise<boolean> {
    const transaction: NaiveTransaction = { wakeUps: [], isSpoiled: false };
    await work(transaction);
    if (transaction.isSpoiled) return false;
    this.wakeUps.push(...transaction.wakeUps);
    return true;
  }

  loseQueue(): void {
    this.hasQueue = false;
  }

  wipe(): void {
    this.wipes += 1;
    this.wakeUps.length = 0;
  }

  disturb(): void {
    for (const payload of ["\u0000", null, { v: 0, rows: ["old"] }, { v: 1, ids: [7, null] }]) {
      this.wakeUps.push({ atMs: 0, payload });
    }
  }

  /** @returns what ends the outage. */
  cutOff(): () => Promise<void> {
    this.outages += 1;
    this.isDown = true;
    return async () => {
      this.isDown = false;
    };
  }
}
