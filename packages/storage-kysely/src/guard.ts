import { StorageError } from "@callboard/core/adapter";
import pRetry from "p-retry";
import type { DialectSql } from "./dialects/dialect.js";
import { asStorageError } from "./storage-errors.js";

/**
 * Lets nothing but StorageErrors out of a store's verbs, and repeats those that another transaction has undone: each
 * verb is atomic, so nothing of it was left. Inside a host's transaction only the host can repeat.
 */
export function guarded<Store extends object>(store: Store, dialect: DialectSql): Store {
  const verbs = Object.entries(store).map(([name, verb]) => [
    name,
    (...parameters: unknown[]) => {
      const run = () => translated(() => verb(...parameters), dialect);
      return isInTransaction(parameters.at(-1)) ? run() : repeatedOnConflict(run);
    },
  ]);
  return Object.fromEntries(verbs) as Store;
}

async function translated<Result>(verb: () => Promise<Result>, dialect: DialectSql): Promise<Result> {
  try {
    return await verb();
  } catch (error) {
    throw asStorageError(error, dialect);
  }
}

/**
 * Jittered, so that two who were in each other's way do not meet again. Not for longer than ten seconds: a conflict that
 * shows only after the database has waited for a lock is no crossing of two, but a lock that stays.
 */
export function repeatedOnConflict<Result>(run: () => Promise<Result>): Promise<Result> {
  return pRetry(run, {
    retries: 8,
    minTimeout: 5,
    maxTimeout: 500,
    maxRetryTime: 10_000,
    randomize: true,
    shouldRetry: ({ error }) => StorageError.is(error) && error.fault === "conflict",
  });
}

/** A verb is told of a transaction in its last parameter. */
function isInTransaction(last: unknown): boolean {
  return typeof last === "object" && last !== null && "transaction" in last && last.transaction !== undefined;
}
