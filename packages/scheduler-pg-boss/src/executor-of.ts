import { InvalidOptionsError } from "@callboard/core/adapter";
import { fromKysely, type KyselyTransactionLike } from "pg-boss";
import type { KnownTransaction, PgQueryable, SqlExecutor } from "./slivers.js";

/**
 * Runs SQL within a transaction of Kysely, of a `pg` client, or of anything that has `executeSql` already.
 * @throws {InvalidOptionsError} It is none of them.
 */
export function executorOf(transaction: KnownTransaction): SqlExecutor {
  if ("executeSql" in transaction) return transaction;
  if ("executeQuery" in transaction) return fromKysely(transaction as KyselyTransactionLike);
  if ("query" in transaction) return executorOfPg(transaction);
  throw new InvalidOptionsError(
    "pgBossScheduler.executor",
    "the transaction is neither Kysely's, nor a pg client, nor has it executeSql. Give an executor for its kind.",
  );
}

/** A pool or a client of `pg`. */
export function executorOfPg(queryable: PgQueryable): SqlExecutor {
  return { executeSql: (text, values) => queryable.query(text, values) };
}
