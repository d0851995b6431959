import type { WriteOptions } from "@callboard/core/adapter";
import type { Kysely, Transaction } from "kysely";
import type { DialectSql } from "./dialects/dialect.js";
import type { Tables } from "./schema.js";
import { asStorageError } from "./storage-errors.js";
import type { TableNames } from "./table-names.js";

/** The host's own transaction; its tables are its own business. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely is invariant in its database type, and any host's will do.
export type HostTransaction = Transaction<any>;

/** The host's Kysely, seen through Callboard's tables. */
export class Database {
  readonly #db: Kysely<Tables>;

  constructor(
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    db: Kysely<any>,
    readonly tables: TableNames,
    readonly sql: DialectSql,
  ) {
    this.#db = ours(db);
  }

  /** Where to run a statement: in the transaction that is open, or on its own. */
  on({ transaction }: WriteOptions<HostTransaction> = {}): Kysely<Tables> {
    return transaction === undefined ? this.#db : ours(transaction);
  }

  /** Runs statements that belong together: in the transaction that is open, or in one of their own. */
  async within<Result>(
    { transaction }: WriteOptions<HostTransaction>,
    work: (executor: Kysely<Tables>) => Promise<Result>,
  ): Promise<Result> {
    if (transaction !== undefined) return work(ours(transaction));
    return this.transaction(work);
  }

  /** Runs what is one statement where writes give back rows; where they do not, in a transaction. */
  atomically<Result>(work: (executor: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return this.sql.returning ? work(this.#db) : this.transaction(work);
  }

  /** What fails when `work` is done is the commit, of which nobody knows whether it took effect. */
  async transaction<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    const { isolation } = this.sql;
    const begun = this.#db.transaction();
    const transaction = isolation ? begun.setIsolationLevel(isolation) : begun;
    let isCommit = false;
    const thrown: unknown[] = [];
    try {
      return await transaction.execute(async (executor) => {
        try {
          await this.sql.beginWriting(executor);
          const result = await work(executor);
          isCommit = true;
          return result;
        } catch (error) {
          thrown.push(error);
          throw error;
        }
      });
    } catch (error) {
      if (isCommit) throw asStorageError(error, this.sql, { isCommit });
      // The roll back may have failed as well; why it came to that says more.
      throw thrown.length > 0 ? thrown[0] : error;
    }
  }

  /** For the host's code: what that throws comes back as it is, and the transaction's own failures as StorageErrors. */
  async hostTransaction<Result>(work: (transaction: HostTransaction) => Promise<Result>): Promise<Result> {
    const thrown: unknown[] = [];
    const observed = async (transaction: HostTransaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    };
    try {
      return await this.transaction(observed);
    } catch (error) {
      throw thrown.length > 0 ? error : asStorageError(error, this.sql);
    }
  }
}

/** Without the host's plugins, which may rename columns or read JSON in their own way. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
function ours(db: Kysely<any>): Kysely<Tables> {
  return db.withoutPlugins() as Kysely<Tables>;
}
