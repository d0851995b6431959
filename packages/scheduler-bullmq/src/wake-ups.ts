import { systemClock } from "@callboard/core/adapter";
import type { BulkJobOptions, Queue } from "bullmq";
import type { Hint } from "./hint.js";
import { Line } from "./line.js";
import { openQueue, queueMeta } from "./open-queue.js";
import type { BullmqSchedulerOptions } from "./options.js";

/** So few that one call's rows are shared among workers, and so many that a job's own cost does not count. */
const idsPerJob = 100;

/** Between a host's last write and its commit; a ring before the commit finds no rows. */
const commitDelayMs = 250;

/** Bounds the memory while Redis does not answer. What is beyond is left to the sweep. */
const mostWaiting = 100_000;

interface Batch {
  /** By the time they are due at, in ms. */
  readonly ids: Map<number, string[]>;
  readonly sent: Promise<void>;
}

/** The host's end of the queue: asks over the host's own connection, and makes nothing before it is asked to. */
export class WakeUps {
  readonly #line: Line;
  #queue: Queue | null = null;
  /** Gathers what is asked for while the one before is under way, so that many small calls make few jobs. */
  #next: Batch | null = null;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(private readonly options: Required<BullmqSchedulerOptions>) {
    this.#line = new Line(options.connection);
  }

  async add(
    ids: readonly string[],
    at: Date,
    { isCommitted }: { readonly isCommitted: boolean },
  ): Promise<void> {
    if (ids.length === 0) return;
    if (this.#waiting >= mostWaiting)
      throw new Error(`Redis is slow: ${this.#waiting} wake-ups wait for its answer.`);
    const nowMs = systemClock.now().getTime();
    const dueMs = Math.max(at.getTime(), isCommitted ? 0 : nowMs + commitDelayMs);
    this.#next ??= this.#newBatch();
    const { ids: gathered, sent } = this.#next;
    // What is due already is due together.
    const key = dueMs > nowMs ? dueMs : 0;
    const same = gathered.get(key) ?? [];
    gathered.set(key, same);
    for (const id of ids) same.push(id);
    this.#waiting += ids.length;
    try {
      await sent;
    } finally {
      this.#waiting -= ids.length;
    }
  }

  /** Writes, because a Redis that is full or may not be written to answers a mere ping. */
  async ping(): Promise<void> {
    await this.#line.ask(() => this.#opened().getBackend().setQueueMeta(queueMeta));
  }

  #newBatch(): Batch {
    const ids = new Map<number, string[]>();
    const sent = this.#last
      // Heard by those who wait for it.
      .catch(() => undefined)
      .then(async () => {
        this.#next = null;
        await this.#line.ask(() => this.#opened().addBulk(jobsFor(ids)));
      });
    this.#last = sent;
    return { ids, sent };
  }

  /** Not before the connection is made: BullMQ would make it. */
  #opened(): Queue {
    this.#queue ??= openQueue(this.options, this.options);
    return this.#queue;
  }
}

interface NewJob {
  readonly name: string;
  readonly data: Hint;
  readonly opts: BulkJobOptions;
}

function jobsFor(idsByTime: ReadonlyMap<number, readonly string[]>): NewJob[] {
  const nowMs = systemClock.now().getTime();
  const jobs: NewJob[] = [];
  for (const [dueMs, ids] of idsByTime) {
    const opts = { delay: Math.max(0, dueMs - nowMs), removeOnComplete: true, removeOnFail: true };
    for (let start = 0; start < ids.length; start += idsPerJob)
      jobs.push({ name: "wake", data: { v: 1, ids: ids.slice(start, start + idsPerJob) }, opts });
  }
  return jobs;
}
