import { bullmqScheduler } from "@callboard/scheduler-bullmq";
import { kyselyStorage } from "@callboard/storage-kysely";
import type { Redis } from "ioredis";
import { type BranchOffices, branchOffices } from "./branch-offices.ts";
import { connectRedis } from "./connect-redis.ts";
import type { ExperimentDatabase } from "./databases.ts";
import type { Office } from "./office.ts";
import { type QueueingHost, queueingHost } from "./queueing-host.ts";
import { openRedisServer } from "./redis-server.ts";
import type { Sickness, SickWorld } from "./sicknesses.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

export interface RedisWorldOptions {
  /** Another process must be able to open it. */
  readonly database: ExperimentDatabase;
  readonly sickness: Sickness;
  /** @default 200 */
  readonly sweepMs?: number;
}

/** A host of several processes, a Redis server, and a proxy between them. */
export interface RedisWorld extends SickWorld {
  readonly offices: BranchOffices;
  readonly host: QueueingHost;
  /** What `health()` said whenever it was asked, without repetitions. */
  readonly health: readonly string[];
  /** Asks until it says so. */
  getsWell(): Promise<void>;
  getsUnwell(): Promise<void>;
  close(): Promise<void>;
}

/** Opens it, and starts whoever sends. */
export async function openRedisWorld({
  database,
  sickness,
  sweepMs = 200,
}: RedisWorldOptions): Promise<RedisWorld> {
  const { settings = {}, isDownAtBoot = false } = sickness;
  const { db, url, close } = await database.open();
  const server = await openRedisServer({ settings, isUp: !isDownAtBoot });
  const proxy = await tcpProxy(server.url);
  if (isDownAtBoot) await proxy.refuse();
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const connections: Redis[] = [];
  const connect = async () => {
    const connection = connectRedis(proxy.url);
    connections.push(connection);
    return bullmqScheduler({ connection });
  };
  const offices = await branchOffices({ storage, connect, sweepMs });
  const host = await queueingHost({ database: url, redis: proxy.url });
  await Promise.all([offices.sweeping, offices.rung].map(({ callboard }) => callboard.start()));
  return {
    ...{ server, proxy, offices, host },
    ...watchHealth(offices.rung),
    async close() {
      await offices.stop();
      await host.end();
      for (const connection of connections) connection.disconnect();
      await proxy.close();
      await server.close();
      await close();
    },
  };
}

function watchHealth({ callboard }: Office): Pick<RedisWorld, "health" | "getsWell" | "getsUnwell"> {
  const health: string[] = [];
  const becomes = async (wanted: string, withinMs: number) => {
    const isSo = async () => {
      const { status } = await callboard.health();
      if (status !== health.at(-1)) health.push(status);
      return status === wanted;
    };
    await until(`health() says "${wanted}"`, isSo, { withinMs });
  };
  return { health, getsWell: () => becomes("ok", 30_000), getsUnwell: () => becomes("degraded", 10_000) };
}
