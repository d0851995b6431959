import type { Order } from "../../floor/floor.ts";
import type { Person } from "../../workload.ts";

/** What a careful team writes over an engine for one program: a row and a job for each message. */
export interface ByHand {
  /** Makes the tables, and a group of all these people. */
  setUp(everybody: readonly Person[], group: string): Promise<void>;
  /** Begins to send what is queued, in this process. */
  start(): Promise<void>;
  /** Writes a row and a job for each member of the order's group. Returns how many. */
  queue(order: Order): Promise<number>;
  /** How many rows say that they are sent. */
  sent(): Promise<number>;
  /** Deletes every row. */
  clear(): Promise<void>;
  /** Ends what `start` began; jobs that run are waited for. */
  stop(): Promise<void>;
  close(): Promise<void>;
}
