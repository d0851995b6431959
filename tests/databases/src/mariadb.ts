import { CompiledQuery, Kysely, MysqlDialect, type MysqlPool } from "kysely";
import * as mariadbDriver from "mariadb/callback";
import mysql2 from "mysql2";
import { empty } from "./empty.ts";
import { withSession } from "./session.ts";
import {
  absence,
  newDatabaseName,
  type OpenDatabase,
  type OpenOptions,
  type TestDatabase,
} from "./test-database.ts";

const url = process.env.CALLBOARD_MARIADB_URL ?? "mysql://root@127.0.0.1:3306/test";

const absent = await absence("MariaDB", "Start one, and say where in CALLBOARD_MARIADB_URL.", () =>
  onServer("select 1"),
);

type Driver = (url: string, connections: number) => MysqlPool;

const drivers = {
  mysql2: (own, connectionLimit) => mysql2.createPool({ uri: own, connectionLimit }) as unknown as MysqlPool,
  mariadb(own, connectionLimit) {
    const { hostname: host, port, username: user, password, pathname } = new URL(own);
    return mariadbDriver.createPool({
      ...{
        host,
        port: Number(port || 3306),
        user: decodeURIComponent(user),
        password: decodeURIComponent(password),
      },
      ...{ database: pathname.slice(1), connectionLimit },
    }) as unknown as MysqlPool;
  },
} satisfies Record<string, Driver>;

/** A server, in CALLBOARD_MARIADB_URL or on its usual port, through either of the drivers that people use. */
export const mariadb: Readonly<Record<keyof typeof drivers, TestDatabase>> = {
  mysql2: {
    name: "MariaDB with mysql2",
    dialect: "mysql",
    absent,
    open: (options) => open("mysql2", options),
  },
  mariadb: {
    name: "MariaDB with mariadb",
    dialect: "mysql",
    absent,
    open: (options) => open("mariadb", options),
  },
};

async function open(
  driver: keyof typeof drivers,
  { clock, log, session, connections = 10 }: OpenOptions = {},
): Promise<OpenDatabase> {
  const name = newDatabaseName();
  await onServer(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const db = new Kysely({
    ...(log && { log }),
    dialect: new MysqlDialect({
      pool: drivers[driver](own.href, connections),
      ...withSession(session),
      ...(clock && {
        onReserveConnection: async (connection) => {
          const seconds = (clock.now().getTime() / 1000).toFixed(3);
          await connection.executeQuery(CompiledQuery.raw(`set timestamp = ${seconds}`));
        },
      }),
    }),
  });
  return {
    db,
    url: own.href,
    empty: () => empty(db, "mysql"),
    async close() {
      await db.destroy();
      await onServer(`drop database if exists ${name}`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const connection = mysql2.createConnection({ uri: url, connectTimeout: 5_000 }).promise();
  try {
    await connection.query(statement);
  } finally {
    connection.destroy();
  }
}
