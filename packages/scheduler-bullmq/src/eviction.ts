import type { Logger } from "@callboard/core/adapter";
import type { Connection } from "./options.js";

/** Warns of a Redis that throws keys away when it is full: wake-ups, and the counts of sends. */
export async function warnOfEviction(connection: Connection, logger: Logger): Promise<void> {
  const policy = await evictionPolicy(connection, logger);
  if (policy === null || policy === "noeviction") return;
  logger.warn(
    { policy },
    "Redis may evict wake-ups and counts of sends when it is full. Run: CONFIG SET maxmemory-policy noeviction",
  );
}

/** From INFO, which managed servers allow where they forbid CONFIG. `null`: it is not told. */
async function evictionPolicy(connection: Connection, logger: Logger): Promise<string | null> {
  try {
    const memory = await connection.info("memory");
    return /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? null;
  } catch (err) {
    logger.debug({ err }, "Redis does not tell its eviction policy");
    return null;
  }
}
