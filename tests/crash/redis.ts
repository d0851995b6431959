import { Redis, type RedisOptions } from "ioredis";

/** Where the Redis of the experiments is. Others use it, too: whatever is left in it begins with a prefix. */
export const redisUrl = process.env.CALLBOARD_REDIS_URL ?? "redis://127.0.0.1:6379";

/** Connects as a host does. Resolves when commands are taken; rejects when the server is not there. */
export async function connectRedis(
  url: string,
  options: Pick<RedisOptions, "retryStrategy"> = {},
): Promise<Redis> {
  const connection = new Redis(url, { ...options, lazyConnect: true });
  // A connection that breaks comes back by itself, and must not end the process.
  connection.on("error", () => undefined);
  await connection.connect();
  return connection;
}

/** Deletes everything below a prefix at one stroke, as a FLUSHALL does for a server. Returns how many keys it were. */
export async function flushPrefix(connection: Redis, prefix: string): Promise<number> {
  return Number(await connection.eval(flush, 0, `${prefix}*`));
}

/** The keys below a prefix. */
export async function keysBelow(connection: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const found of connection.scanStream({ match: `${prefix}*`, count: 1_000 })) keys.push(...found);
  return [...new Set(keys)];
}

/** KEYS, not SCAN: nobody may put anything in between. One at a time: there may be more than a call takes arguments. */
const flush = `
  local keys = redis.call("keys", ARGV[1])
  for _, key in ipairs(keys) do redis.call("unlink", key) end
  return #keys`;
