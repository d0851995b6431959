import type { Clock, Storage } from "@callboard/core/adapter";
import { type KyselyDialect, kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { connect, containedPool } from "@callboard/test-databases/connect";
import { Kysely, type LogConfig, PostgresDialect, type Transaction } from "kysely";
import type { Pool } from "pg";

export type CrashTransaction = Transaction<unknown>;
export type CrashStorage = Storage<CrashTransaction> & Required<Pick<Storage, "migrate">>;

/** A storage in a database that several processes share, and the way past it. */
export interface OpenStore {
  readonly storage: CrashStorage;
  readonly db: Kysely<unknown>;
  /** The host's connections, for whatever else lives in the same database. `null`: it is not PostgreSQL. */
  readonly pool: Pool | null;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** Sees each statement once it has run. */
  readonly log?: LogConfig;
  /** What SQLite's rows are timed by. @default the machine's */
  readonly clock?: Clock;
  /** To a server, at most. @default 3: many processes share one */
  readonly connections?: number;
}

/** @param location - A server's url, or SQLite's file. */
export function openStore(location: string, options: OpenStoreOptions = {}): OpenStore {
  const { db, dialect, pool } = openDatabase(location, options);
  const { clock } = options;
  const storage = kyselyStorage<unknown>({ db, dialect, ...(clock && { clock }) });
  return { storage, db, pool, close: () => db.destroy() };
}

interface Database {
  readonly db: Kysely<unknown>;
  readonly dialect: KyselyDialect;
  readonly pool: Pool | null;
}

function openDatabase(location: string, { log, connections = 3 }: OpenStoreOptions): Database {
  const logging = log && { log };
  if (location.startsWith("mysql:")) return { ...connect(location, { connections, ...logging }), pool: null };
  if (!location.startsWith("postgres:")) {
    const dialect = nodeSqliteDialect({ file: location, busyTimeoutMs: 20_000 });
    return { db: new Kysely<unknown>({ dialect, ...logging }), dialect: "sqlite", pool: null };
  }
  const pool = containedPool({ connectionString: location, max: connections });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), ...logging });
  return { db, dialect: "postgres", pool };
}
