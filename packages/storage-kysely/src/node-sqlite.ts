import { DatabaseSync } from "node:sqlite";
import { type DatabaseConnection, SqliteDialect } from "kysely";
import pRetry from "p-retry";

export interface NodeSqliteOptions {
  /** Path of the database file, made when it is missing. `:memory:` keeps everything in this process. */
  readonly file: string;
  /** How long a statement waits for another process's write, in ms, while this process goes on. @default 5_000 */
  readonly busyTimeoutMs?: number;
}

/**
 * A Kysely dialect over the SQLite that Node brings along: nothing to install, nothing to compile. In WAL mode, so
 * that readers and the writer do not wait for each other.
 *
 * @see https://nodejs.org/api/sqlite.html
 */
export function nodeSqliteDialect({ file, busyTimeoutMs = 5_000 }: NodeSqliteOptions): SqliteDialect {
  return new SqliteDialect({
    database: async () => {
      // SQLite itself would wait in the middle of a call, and with it servers, timers and leases of this process.
      const database = new DatabaseSync(file, { timeout: 0 });
      await whileBusy(busyTimeoutMs, async () => database.exec("pragma journal_mode = wal"));
      // 64 MB where they are needed, instead of 2: ids are random, so that writes go to all over a large file.
      database.exec("pragma cache_size = -65536");
      const prepared = new Map<string, Statement>();
      return {
        close: () => database.close(),
        prepare(query: string) {
          const statement = prepared.get(query) ?? prepare(database, query);
          // The longest used ones go first; a statement that is used again becomes young.
          prepared.delete(query);
          prepared.set(query, statement);
          const [oldest] = prepared.keys();
          if (prepared.size > preparedStatements && oldest !== undefined) prepared.delete(oldest);
          return statement;
        },
      };
    },
    onCreateConnection: async (connection: DatabaseConnection) => {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = async (query, options) => {
        try {
          return await whileBusy(busyTimeoutMs, () => execute(query, options));
        } catch (error) {
          if (isRolledBack(error)) return { rows: [] };
          throw error;
        }
      };
    },
  });
}

/** At a full disk SQLite rolls back by itself. What it says of a second time would hide why it came to that. */
function isRolledBack(error: unknown): boolean {
  return error instanceof Error && error.message === "cannot rollback - no transaction is active";
}

/** A statement that was refused because another process writes has changed nothing. */
async function whileBusy<Result>(busyTimeoutMs: number, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  return pRetry(run, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: busyTimeoutMs,
    minTimeout: 1,
    maxTimeout: 50,
    randomize: true,
    shouldRetry: ({ error }) => isBusy(error),
  });
}

/** A snapshot that has grown old is a matter of the whole transaction, and another code. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && "errcode" in error && (error.errcode === busy || error.errcode === recovering)
  );
}

/** SQLITE_BUSY, and SQLITE_BUSY_RECOVERY: another process puts the file in order after a crash. */
const [busy, recovering] = [5, 261];

/** Parsing and planning cost as much as a small statement itself, and the same ones come again and again. */
const preparedStatements = 200;

type Statement = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync, query: string) {
  const statement = database.prepare(query);
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])),
    run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
    // One of its own, because it is under way while the same query may be asked again.
    iterate: (parameters: readonly unknown[]) => database.prepare(query).iterate(...(parameters as never[])),
  };
}
