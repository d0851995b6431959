import type { Kysely, RawBuilder } from "kysely";
import type { Tables } from "../schema.js";

/** The SQL types that a column of a JSON row can have. */
export type JsonColumnType = "text" | "integer";

/** What databases say differently. Everything else is one SQL for all. */
export interface DialectSql {
  /** The time, in milliseconds: the database's own where it has a clock. */
  readonly now: () => RawBuilder<number>;

  /**
   * A derived table made of one JSON parameter: any number of rows with one and the same statement, far from
   * every limit on parameters.
   */
  readonly jsonRows: (
    rows: readonly Readonly<Record<string, string | number | null>>[],
    columns: Readonly<Record<string, JsonColumnType>>,
  ) => RawBuilder<unknown>;

  /** Ends a sub-select of rows to claim, so that claimers pass over each other's rows. */
  readonly skipLocked: RawBuilder<unknown>;

  /** Ends a select of rows that this transaction is about to change. */
  readonly forUpdate: RawBuilder<unknown>;

  /** First statement of each transaction of ours: what must happen before the first read. */
  readonly beginWriting: (transaction: Kysely<Tables>) => Promise<void>;

  /** Runs migrations so that of many processes that begin at once one does the work, and the others find it done. */
  readonly migrateAlone: (
    db: Kysely<Tables>,
    migrate: (db: Kysely<Tables>) => Promise<void>,
  ) => Promise<void>;
}
