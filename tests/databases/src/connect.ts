import { Kysely, MysqlDialect, type MysqlPool, PostgresDialect } from "kysely";
import mysql2 from "mysql2";
import pg from "pg";
import { withSession } from "./session.ts";
import type { OpenDatabase, OpenOptions, TestDatabase } from "./test-database.ts";

/** Connects to a database that another process has opened, by its url. */
export function connect(
  url: string,
  { connections = 4, log, session }: Pick<OpenOptions, "connections" | "log" | "session"> = {},
): Pick<OpenDatabase, "db"> & Pick<TestDatabase, "dialect"> {
  if (url.startsWith("mysql:")) {
    const pool = mysql2.createPool({ uri: url, connectionLimit: connections }) as unknown as MysqlPool;
    const dialect = new MysqlDialect({ pool, ...withSession(session) });
    return { db: new Kysely({ dialect, ...(log && { log }) }), dialect: "mysql" };
  }
  const pool = containedPool({ connectionString: url, max: connections });
  const dialect = new PostgresDialect({ pool, ...withSession(session) });
  return { db: new Kysely({ dialect, ...(log && { log }) }), dialect: "postgres" };
}

/** As every host makes it: a connection that breaks while nobody waits for it must not end the process. */
export function containedPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(options);
  const ignore = () => undefined;
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return pool;
}
