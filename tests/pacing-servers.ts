import { once } from "node:events";
import type { LimiterFactory } from "@callboard/core";
import { absence, postgres } from "@callboard/test-databases";
import { Redis } from "ioredis";
import pg from "pg";
import { RateLimiterPostgres, RateLimiterRedis } from "rate-limiter-flexible";
import { tcpProxy } from "./experiments/tcp-proxy.js";

const redisUrl = process.env.CALLBOARD_REDIS_URL ?? "redis://127.0.0.1:6379";

/** A server that several processes count in. */
export interface LimiterServer {
  /** Connects one more process. */
  readonly connect: () => Promise<LimiterFactory>;
  /** Forgets all that was counted. */
  readonly empty: () => Promise<void>;
  readonly goDown: () => Promise<void>;
  /** Resolves when the connected processes can reach it again. */
  readonly comeUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LimiterServerKind {
  readonly name: string;
  readonly absent: string | null;
  readonly open: () => Promise<LimiterServer>;
}

const redisAbsent = await absence("Redis", "Start one, and say where in CALLBOARD_REDIS_URL.", async () => {
  const client = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => undefined);
  await client.connect();
  await client.quit();
});

/** Those that are here. */
export const limiterServers: readonly LimiterServerKind[] = [
  { name: "Redis", absent: redisAbsent, open: openRedis },
  { name: "PostgreSQL", absent: postgres.absent, open: openPostgres },
].filter(({ name, absent }) => {
  if (absent !== null) console.log(`Left out, because ${absent}: the shared limits on ${name}.`);
  return absent === null;
});

/** What is asked of a server that is down fails at once, and is not asked again later. */
const failFast = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 20,
};

async function openRedis(): Promise<LimiterServer> {
  const prefix = `callboard-test-${crypto.randomUUID()}`;
  const proxy = await tcpProxy(redisUrl);
  const admin = new Redis(redisUrl);
  const clients: Redis[] = [];
  const empty = async () => {
    const keys = await admin.keys(`${prefix}*`);
    if (keys.length > 0) await admin.del(...keys);
  };
  return {
    empty,
    async connect() {
      const storeClient = new Redis(proxy.url, failFast);
      storeClient.on("error", () => undefined);
      clients.push(storeClient);
      await once(storeClient, "ready");
      return (limits) =>
        new RateLimiterRedis({ storeClient, ...limits, keyPrefix: `${prefix}:${limits.keyPrefix}` });
    },
    goDown: () => proxy.refuse(),
    async comeUp() {
      const ready = Promise.all(clients.map((client) => once(client, "ready")));
      await proxy.accept();
      await ready;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await empty();
      await admin.quit();
      await proxy.close();
    },
  };
}

async function openPostgres(): Promise<LimiterServer> {
  const { url, close } = await postgres.open();
  const proxy = await tcpProxy(url);
  const poolAt = (connectionString: string) => {
    const pool = new pg.Pool({ connectionString, max: 4 });
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    pools.push(pool);
    return pool;
  };
  const pools: pg.Pool[] = [];
  const admin = poolAt(url);
  await admin.query(
    "create table callboard_pacing (key varchar(255) primary key, points integer not null, expire bigint)",
  );
  return {
    empty: async () => void (await admin.query("delete from callboard_pacing")),
    async connect() {
      const storeClient = poolAt(proxy.url);
      const table = { tableName: "callboard_pacing", tableCreated: true };
      return (limits) => new RateLimiterPostgres({ storeClient, ...table, ...limits });
    },
    goDown: () => proxy.refuse(),
    comeUp: () => proxy.accept(),
    async close() {
      await proxy.close();
      await Promise.all(pools.map((pool) => pool.end()));
      await close();
    },
  };
}
