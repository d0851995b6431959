import { InvalidOptionsError } from "@callboard/core/adapter";
import type { Cluster, Redis } from "ioredis";

export type Connection = Redis | Cluster;

export function isCluster(connection: Connection): connection is Cluster {
  return connection.isCluster;
}

export interface BullmqSchedulerOptions {
  /**
   * The host's own client of ioredis. Wake-ups are added over it, and it stays open: whoever made it ends it. A process
   * that sends opens two more like it between `start` and `stop`.
   */
  readonly connection: Connection;
  /**
   * Every key in Redis begins with it. Braces keep all keys in one slot of a cluster, which BullMQ needs there.
   * @default "{callboard}"
   */
  readonly prefix?: string;
  /** Name of the BullMQ queue, without a colon. Callboards that share it wake each other. @default "wake-ups" */
  readonly queueName?: string;
}

/** @throws {InvalidOptionsError} BullMQ could not work with these. */
export function readOptions({
  connection,
  prefix = "{callboard}",
  queueName = "wake-ups",
}: BullmqSchedulerOptions): Required<BullmqSchedulerOptions> {
  refuseConnection(connection);
  refuseName("prefix", prefix);
  refuseName("queueName", queueName);
  if (queueName.includes(":")) refuse("queueName", "must have no colon; BullMQ divides its keys by them.");
  if (isCluster(connection) && !/\{[^}]+\}/.test(`${prefix}:${queueName}`))
    refuse("prefix", 'needs braces in a cluster, so that all keys share a slot, for example "{callboard}".');
  return { connection, prefix, queueName };
}

function refuseConnection(connection: Connection): void {
  if (typeof connection?.duplicate !== "function" || typeof connection.status !== "string")
    refuse("connection", "must be a client of ioredis: new Redis(url), or new Cluster(nodes).");
  if (keyPrefixOf(connection))
    refuse(
      "connection",
      "has a keyPrefix, which BullMQ's scripts cannot follow. Use the option prefix instead.",
    );
}

function keyPrefixOf(connection: Connection): string | undefined {
  if (!isCluster(connection)) return connection.options.keyPrefix;
  return connection.options.keyPrefix || connection.options.redisOptions?.keyPrefix;
}

function refuseName(option: string, value: string): void {
  if (typeof value !== "string" || value === "") refuse(option, "must be a text that is not empty.");
}

function refuse(option: string, problem: string): never {
  throw new InvalidOptionsError(`bullmqScheduler({ ${option} })`, problem);
}
