import type { JsonValue, Scheduler } from "@callboard/core/adapter";

/** What an experiment may do to the engine behind a scheduler. */
export interface Engine {
  readonly name: "in-process" | "BullMQ" | "pg-boss";
  /** Why it cannot be used here; `null` when it can. */
  readonly absent: string | null;
  /** @param databaseUrl - Where the store is; an engine that joins transactions is there as well. */
  readonly open: (databaseUrl: string) => Promise<OpenEngine>;
}

export interface OpenEngine {
  /** What one more process of a host makes, with connections of its own. */
  readonly connect: () => Promise<AnyScheduler>;
  /** All that it was asked for is gone, as after FLUSHALL, or TRUNCATE of its jobs. */
  readonly wipe: () => Promise<void>;
  /** Half of it is gone, whatever that leaves. @param random - 0 (inclusive) to 1 (exclusive) */
  readonly wipeSome: (random: () => number) => Promise<void>;
  /** What so many days without a worker leave of the queue: what retention deletes is gone. */
  readonly age: (days: number) => Promise<void>;
  /** Puts a job with these data into the scheduler's queue, past the scheduler, which is kept if it fails. */
  readonly plant: (data: JsonValue) => Promise<void>;
  /** Jobs that are in the queue, by their state. */
  readonly jobs: () => Promise<Readonly<Record<string, number>>>;
  readonly close: () => Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a transaction is does not matter to most experiments.
type AnyScheduler = Scheduler<any>;
