import type { StorageFault } from "@callboard/core/adapter";
import type { Kysely, RawBuilder } from "kysely";
import type { JsonColumns, JsonRow } from "../json-rows.js";
import type { Tables } from "../schema.js";
import type { DialectSchema } from "./dialect-schema.js";

/** What databases say differently. Everything else is one SQL for all. */
export interface DialectSql {
  /** The time, in milliseconds: the database's own where it has a clock. */
  readonly now: () => RawBuilder<number>;

  /**
   * A derived table made of one JSON parameter: any number of rows with one and the same statement, far from
   * every limit on parameters.
   */
  readonly jsonRows: (rows: readonly JsonRow[], columns: JsonColumns) => RawBuilder<unknown>;

  /** Whether a column that holds a JSON array of strings holds this one. */
  readonly jsonHas: (column: RawBuilder<unknown>, value: string) => RawBuilder<unknown>;

  /** Joins a derived table of ours with a table, such that the small side is read first, and the large one by its index. */
  readonly smallFirst: RawBuilder<unknown>;

  /** Whether a statement that writes can give back the rows that it wrote. */
  readonly returning: boolean;

  /** Whether one statement can write into several tables: `with … as (update …)`. */
  readonly writesTogether: boolean;

  /** Whether an insert says how many rows it wrote, without those that it left alone. */
  readonly countsInserted: boolean;

  /**
   * Behind a table's name: the index to read by, for databases that would rather sort a table that is young, or read it
   * from end to end, and then lock all of it.
   */
  readonly byIndex: (name: string) => RawBuilder<unknown>;

  /** Ends a sub-select of rows to claim, so that claimers pass over each other's rows. */
  readonly skipLocked: RawBuilder<unknown>;

  /** Ends a select of rows that this transaction is about to change. Sees what is committed, however old the snapshot. */
  readonly forUpdate: RawBuilder<unknown>;

  /** Ends a select that must see what is committed by now, however old the snapshot of a host's transaction is. */
  readonly forShare: RawBuilder<unknown>;

  /** Ends an insert: rows whose key is taken are left alone. */
  readonly skipTaken: (table: string, key: readonly string[]) => RawBuilder<unknown>;

  /** Ends an insert: of rows whose key is taken, these columns are overwritten. */
  readonly overwriteTaken: (key: readonly string[], columns: readonly string[]) => RawBuilder<unknown>;

  /** Changes the rows of a table that a derived table names. */
  readonly updateFrom: (update: JoinedUpdate) => RawBuilder<unknown>;

  /** Deletes the rows of a table that a derived table names. */
  readonly deleteUsing: (deletion: JoinedDeletion) => RawBuilder<unknown>;

  /** Begins each transaction of ours: what must happen before the first read. */
  readonly beginWriting: (transaction: Kysely<Tables>) => Promise<void>;

  /** How transactions of our own are isolated. `undefined`: the database's default will do. */
  readonly isolation: "read committed" | undefined;

  /** Column types, and how tables and indexes are made while others work. */
  readonly schema: DialectSchema;

  /** Runs migrations so that of many processes that begin at once one does the work, and the others find it done. */
  readonly migrateAlone: <Result>(
    db: Kysely<Tables>,
    migrate: (db: Kysely<Tables>) => Promise<Result>,
  ) => Promise<Result>;

  /** What a driver's error means; `null`: nothing that we know. */
  readonly faultOf: (error: DriverError) => StorageFault | null;
}

/** `update <table> as <as> set <set> from <rows> where <on>`. */
export interface JoinedUpdate {
  readonly table: string;
  readonly as: string;
  readonly rows: RawBuilder<unknown>;
  /** By which the rows are found, for databases that want to be told. @default the primary key */
  readonly index?: string;
  readonly on: RawBuilder<unknown>;
  readonly set: RawBuilder<unknown>;
}

/** `delete from <table> where (<columns>) in (select <names> from <rows>)`. */
export interface JoinedDeletion {
  readonly table: string;
  readonly rows: RawBuilder<unknown>;
  /** Column of the table by column of the rows. */
  readonly match: Readonly<Record<string, string>>;
}

/** What drivers put on their errors, each in its own way. */
export interface DriverError {
  readonly message: string;
  /** SQLSTATE of PostgreSQL, a name of SQLite's or of Node's. */
  readonly code: string;
  /** MySQL's number. */
  readonly errno: number;
  /** SQLite's number. */
  readonly errcode: number;
  readonly sqlState: string;
}
