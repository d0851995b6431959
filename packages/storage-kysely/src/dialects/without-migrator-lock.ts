import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";

/**
 * Reserves a connection on which Kysely's Migrator takes no lock of its own. That lock is one for the whole database:
 * the host's migrations wait for it inside PostgreSQL, `create index concurrently` waits for all who wait there, and
 * PostgreSQL ends such a deadlock by failing one of them.
 */
export function withoutMigratorLock<DB, Result>(
  db: Kysely<DB>,
  work: (db: Kysely<DB>) => Promise<Result>,
): Promise<Result> {
  return db
    .getExecutor()
    .provideConnection((connection) => work(new Kysely<DB>({ dialect: lending(connection) })));
}

class LocklessAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

function lending(connection: DatabaseConnection): Dialect {
  return {
    createAdapter: () => new LocklessAdapter(),
    createDriver: () => new LendingDriver(connection),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** Whoever asks gets the one connection, which is given back where it was reserved. */
class LendingDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}

  beginTransaction = noTransactions;
  commitTransaction = noTransactions;
  rollbackTransaction = noTransactions;
}

/** An index that is made concurrently cannot be part of one. */
async function noTransactions(): Promise<never> {
  throw new Error("Migrations run outside of transactions.");
}
