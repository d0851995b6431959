import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { KyselyDialect } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import {
  connect,
  mariadb,
  type OpenDatabase,
  type OpenOptions,
  postgres,
  type TestDatabase,
} from "@callboard/test-databases";
import { Kysely, sql } from "kysely";
import { until } from "./until.ts";

/** A database that an experiment may use, each time a new one. */
export interface ExperimentDatabase {
  readonly name: string;
  readonly dialect: KyselyDialect;
  /** Why it cannot be used here; `null` when it can. */
  readonly absent: string | null;
  readonly open: (options?: OpenOptions) => Promise<Omit<OpenDatabase, "empty">>;
}

/** A file, with one connection. */
export const sqlite: ExperimentDatabase = {
  name: "SQLite",
  dialect: "sqlite",
  absent: null,
  async open({ log } = {}) {
    const folder = mkdtempSync(join(tmpdir(), "callboard-experiment-"));
    const file = join(folder, "callboard.sqlite");
    const db = new Kysely({ dialect: nodeSqliteDialect({ file }), ...(log && { log }) });
    return {
      db,
      url: file,
      async close() {
        await db.destroy();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

/** Those that are here; says of each other one why it is left out. */
export function present<Database extends ExperimentDatabase>(databases: readonly Database[]): Database[] {
  return databases.filter(({ name, absent }) => {
    if (absent !== null) console.log(`Left out, because ${absent}: the experiment on ${name}.`);
    return absent === null;
  });
}

/** Databases with a server, which other connections can get at. */
export const servers: readonly TestDatabase[] = present([
  postgres,
  mariadb.mysql2,
] as readonly TestDatabase[]);

/** Sees and kills the connections of one database, from outside of it. */
export interface Administrator {
  /** Ends every connection to the database, as an administrator or a failover does. Returns how many. */
  killAll(): Promise<number>;
  /** Ends one connection, and waits until the server has rolled back what it had open. */
  kill(connectionId: number): Promise<void>;
  /** The ids of the connections that the database has. */
  connections(): Promise<readonly number[]>;
  /** How many connections wait for a lock. */
  waiting(): Promise<number>;
  /** Of new connections to the database; PostgreSQL alone. */
  setForDatabase(setting: string, value: string): Promise<void>;
  close(): Promise<void>;
}

export function administrate(url: string): Administrator {
  const { pathname } = new URL(url);
  const name = pathname.slice(1);
  const elsewhere = new URL(url);
  elsewhere.pathname = url.startsWith("mysql:") ? "/information_schema" : "/postgres";
  const { db, dialect } = connect(elsewhere.href);
  const words = dialect === "mysql" ? mysqlWords(name) : postgresWords(name);
  const ids = async (statement: string) => {
    const { rows } = await sql.raw<{ id: number | string }>(statement).execute(db);
    return rows.map(({ id }) => Number(id));
  };
  const kill = async (id: number) => {
    // It may have gone by itself meanwhile.
    const killed = sql.raw(words.kill(id)).execute(db);
    await killed.catch(() => undefined);
    await until(`connection ${id} is gone`, async () => !(await ids(words.all)).includes(id));
  };
  return {
    async killAll() {
      const all = await ids(words.all);
      await Promise.all(all.map(kill));
      return all.length;
    },
    kill,
    connections: () => ids(words.all),
    async waiting() {
      // MariaDB shows what it showed last, unless nobody has asked for a tenth of a second.
      if (dialect === "mysql") await setTimeout(150);
      return (await ids(words.waiting)).length;
    },
    async setForDatabase(setting, value) {
      await sql.raw(`alter database ${name} set ${setting} = ${value}`).execute(db);
    },
    close: () => db.destroy(),
  };
}

/** The id of the connection that a transaction has, for {@link Administrator.kill}. */
// biome-ignore lint/suspicious/noExplicitAny: any transaction has a connection.
export async function connectionOf(transaction: Kysely<any>, dialect: KyselyDialect): Promise<number> {
  const id = dialect === "postgres" ? sql`pg_backend_pid()` : sql`connection_id()`;
  const { rows } = await sql<{ id: number | string }>`select ${id} as id`.execute(transaction);
  return Number(rows[0]?.id);
}

const postgresWords = (name: string) => ({
  all: `select pid as id from pg_stat_activity where datname = '${name}'`,
  waiting: `select pid as id from pg_stat_activity where datname = '${name}' and wait_event_type = 'Lock'`,
  kill: (id: number) => `select pg_terminate_backend(${id})`,
});

const mysqlWords = (name: string) => ({
  all: `select id from information_schema.processlist where db = '${name}'`,
  waiting: `select trx_mysql_thread_id as id from information_schema.innodb_trx
    join information_schema.processlist on id = trx_mysql_thread_id
    where trx_state = 'LOCK WAIT' and db = '${name}'`,
  kill: (id: number) => `kill ${id}`,
});
