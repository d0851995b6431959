import { DatabaseSync } from "node:sqlite";
import { SqliteDialect } from "kysely";

export interface NodeSqliteOptions {
  /** Path of the database file, made when it is missing. `:memory:` keeps everything in this process. */
  readonly file: string;
  /** How long a statement waits for another process's write, in ms. @default 5_000 */
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
      const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
      database.exec("pragma journal_mode = wal");
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
  });
}

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
