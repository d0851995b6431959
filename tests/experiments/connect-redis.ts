import { Redis } from "ioredis";

/** As a host makes it. */
export function connectRedis(url: string): Redis {
  const connection = new Redis(url);
  // An emitter without a listener would end the process.
  connection.on("error", () => undefined);
  return connection;
}
