import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { containedPool } from "./connect.ts";
import { empty } from "./empty.ts";
import { clockSearchPath, createClock, setClock } from "./postgres-clock.ts";
import { withSession } from "./session.ts";
import {
  absence,
  newDatabaseName,
  type OpenDatabase,
  type OpenOptions,
  type TestDatabase,
} from "./test-database.ts";

const url = process.env.CALLBOARD_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

const absent = await absence("PostgreSQL", "Start one, and say where in CALLBOARD_POSTGRES_URL.", () =>
  onServer("select 1"),
);

/** A server, in CALLBOARD_POSTGRES_URL or on its usual port. */
export const postgres: TestDatabase = { name: "PostgreSQL", dialect: "postgres", absent, open };

async function open({ clock, log, session, connections = 10 }: OpenOptions = {}): Promise<OpenDatabase> {
  const name = newDatabaseName();
  await onServer(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const pool = containedPool({
    connectionString: own.href,
    max: connections,
    ...(clock && { options: `-c search_path=${clockSearchPath.replaceAll(" ", "")}` }),
  });
  const db = new Kysely({
    ...(log && { log }),
    dialect: new PostgresDialect({
      pool,
      ...withSession(session),
      ...(clock && {
        onReserveConnection: async (connection) => {
          await connection.executeQuery(CompiledQuery.raw(setClock(clock.now())));
        },
      }),
    }),
  });
  if (clock) await pool.query(createClock);
  return {
    db,
    url: own.href,
    empty: () => empty(db, "postgres"),
    async close() {
      await db.destroy();
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
