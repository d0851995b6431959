import { CallboardError } from "./callboard-error.js";

/**
 * What a database could not do.
 *
 * | fault | what is so, and what to do |
 * |---|---|
 * | `conflict` | another transaction was in the way, and this one was undone; repeating it is safe and usually works |
 * | `unavailable` | the database was not reached, or the connection broke; nothing of an open transaction is left |
 * | `outcome-unknown` | the connection broke during the commit, so that it may have taken effect; look, or repeat under the same idempotency key |
 * | `not-migrated` | a table or a column is missing; run `storage.migrate()` |
 * | `newer-schema` | a newer Callboard has migrated the database; deploy that one |
 * | `read-only` | the database takes no writes: a replica, or a file without permission |
 * | `full` | no space is left |
 * | `unexpected` | anything else that the database refused; the cause says what |
 */
export type StorageFault =
  | "conflict"
  | "unavailable"
  | "outcome-unknown"
  | "not-migrated"
  | "newer-schema"
  | "read-only"
  | "full"
  | "unexpected";

const marker = Symbol.for("@callboard/core.StorageError");

/** The database failed in a way that has a name and a cure. The driver's own error is the `cause`. */
export class StorageError extends CallboardError {
  override readonly name = "StorageError";
  readonly [marker] = true;

  constructor(
    readonly fault: StorageFault,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }

  /** True across duplicate installs of this package, where `instanceof` is not. */
  static is(value: unknown): value is StorageError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
