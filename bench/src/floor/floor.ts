import type { Person } from "../workload.ts";

/**
 * The fastest honest pipeline that a person would write by hand for one program: full durability, one transaction for a
 * call, claims and results in batches. No attempts, leases, receipts, events or checks of any kind.
 */
export interface Floor {
  /** Makes the tables, and writes these people and a group of the first `size` of them for each size. */
  setUp(everybody: readonly Person[], groupSizes: readonly number[]): Promise<void>;

  /** Writes a row for each member of a group, once per key. Returns the ids. */
  queue(order: Order): Promise<string[]>;

  /** Takes the due rows that wait longest, passing over what others hold. */
  claim(limit: number): Promise<ClaimedRow[]>;

  /** Writes back what the provider answered. */
  record(results: readonly SentRow[]): Promise<void>;

  /** Makes the indexes that the three verbs below need and the others do not. */
  prepareToRead(): Promise<void>;

  /** The newest rows. */
  newest(limit: number): Promise<unknown[]>;

  /** How many rows of the last 24 hours are in each status. */
  stats(): Promise<unknown[]>;

  /** The rows of these messages. */
  byProviderId(ids: readonly string[]): Promise<unknown[]>;

  /** Deletes every row, and keeps the people. */
  clear(): Promise<void>;

  close(): Promise<void>;
}

export interface Order {
  readonly group: string;
  readonly key: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface ClaimedRow {
  readonly id: string;
  readonly address: string;
  readonly content: string;
}

export interface SentRow {
  readonly id: string;
  readonly providerId: string;
}
