import type { RedisOptions } from "ioredis";
import { type Connection, isCluster } from "./options.js";

/** BullMQ waits up to 11 s for a wake-up; a link that is silent for longer is dead, whatever TCP still believes. In ms. */
const silentMs = 15_000;

/**
 * A connection like the host's, but one that waits for Redis as long as it takes: a worker must not give up. BullMQ
 * makes a second one of it, to wait for wake-ups.
 */
export interface WorkerConnection {
  readonly connection: Connection;
  /** Ends both, whatever they wait for, so that nothing keeps the process. */
  end(): void;
}

/** @param onError - Hears of every attempt that fails, on both. */
export function openWorkerConnection(host: Connection, onError: (error: Error) => void): WorkerConnection {
  const connection = duplicateOf(host).on("error", onError);
  const makeSecond = connection.duplicate.bind(connection) as (...given: unknown[]) => Connection;
  // The latest, should BullMQ begin anew.
  let second: Connection | null = null;
  const duplicate = (...given: unknown[]) => {
    second = makeSecond(...given).on("error", onError);
    return second;
  };
  Object.assign(connection, { duplicate });
  return {
    connection,
    end() {
      end(connection);
      if (second) end(second);
    },
  };
}

function duplicateOf(host: Connection): Connection {
  const redisOptions = {
    lazyConnect: false,
    enableOfflineQueue: true,
    // A command that blocks is not slow. BullMQ asks for no limit of retries.
    commandTimeout: undefined,
    maxRetriesPerRequest: null,
    socketTimeout: silentMs,
  } as const satisfies Partial<Record<keyof RedisOptions, unknown>>;
  if (!isCluster(host)) return host.duplicate({ ...redisOptions, retryStrategy: retryDelayMs });
  return host.duplicate([], {
    lazyConnect: false,
    enableOfflineQueue: true,
    redisOptions: { ...redisOptions },
    clusterRetryStrategy: retryDelayMs,
  });
}

/** In ms; spread, so that many processes do not come back at once. */
function retryDelayMs(times: number): number {
  return Math.min(times * 100, 1_000) + Math.random() * 200;
}

function end(connection: Connection): void {
  // Ended between two attempts, ioredis would leave unanswered for ever what waits for the next one.
  if (connection.status === "reconnecting") connection.connect().catch(() => undefined);
  connection.disconnect();
}
