import { harmless } from "./harmless-insert.js";
import { wakePayload } from "./payload.js";
import type { NewJob, PgBossLike, SqlExecutor } from "./slivers.js";

/** Of one job. Fewer make more rows, more leave less for other processes to share. */
const mostIds = 100;

/** For the look at a queue that is not known yet; the host's transaction waits meanwhile. */
const patienceMs = 250;

/**
 * Explicit, though none of it decides anything: the store and the sweep do. A hint that waited for five minutes is worth
 * nothing, and the second try is for a process that was stopped with the job in hand.
 */
const queueOptions = {
  expireInSeconds: 60,
  retryLimit: 1,
  retryDelay: 0,
  retentionSeconds: 300,
  deleteAfterSeconds: 60,
  notify: true,
};

/** Our queue in pg-boss. Works with a boss that was never started, too. */
export class WakeQueue {
  #prepared: Promise<void> | null = null;

  constructor(
    readonly name: string,
    private readonly boss: PgBossLike,
  ) {}

  /** One statement. */
  async wake(ids: readonly string[], startAfter: Date | null, executor: SqlExecutor | null): Promise<void> {
    if (ids.length === 0) return;
    const jobs = chunks(ids).map((chunk) => ({
      data: wakePayload(chunk),
      ...(startAfter && { startAfter }),
    }));
    await (executor ? this.#insertWithin(jobs, executor) : this.insert(jobs));
  }

  async insert(jobs: NewJob[]): Promise<void> {
    try {
      await this.prepare();
      await this.boss.insert(this.name, jobs);
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
      this.#prepared = null;
      await this.prepare();
      await this.boss.insert(this.name, jobs);
    }
  }

  /** Makes the queue if there is none, and has pg-boss know it: what is inserted in a transaction needs no other connection then. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = null;
      throw error;
    });
    return this.#prepared;
  }

  async #prepare(): Promise<void> {
    try {
      await this.boss.insert(this.name, []);
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
      await this.boss.createQueue(this.name, queueOptions);
    }
  }

  async #insertWithin(jobs: NewJob[], executor: SqlExecutor): Promise<void> {
    // A transaction that waits for a second connection may wait for itself.
    await within(patienceMs, this.prepare(), "The queue is not known yet, and pg-boss did not answer.");
    try {
      await this.boss.insert(this.name, jobs, { db: harmless(executor) });
    } catch (error) {
      this.#prepared = null;
      throw error;
    }
  }
}

function isMissingQueue(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "PGBOSS_QUEUE_NOT_FOUND";
}

function chunks(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / mostIds);
  return Array.from({ length: count }, (_, index) => ids.slice(index * mostIds, (index + 1) * mostIds));
}

async function within(ms: number, work: Promise<void>, message: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(message)), ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
