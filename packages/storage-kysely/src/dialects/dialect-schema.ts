import type { Kysely, RawBuilder } from "kysely";

/** How a dialect makes tables. */
export interface DialectSchema {
  /** Text of at most so many characters that compares by its characters alone: case, accents and spaces count. */
  readonly text: (length: number) => RawBuilder<unknown>;
  /** Text of any length, never compared. */
  readonly longText: RawBuilder<unknown>;
  /** Ends `create table`. */
  readonly tableOptions: (db: Kysely<unknown>) => Promise<RawBuilder<unknown>>;
  /** Makes an index that is not there, while others read and write. One that an earlier try left unfinished is made anew. */
  readonly createIndex: (db: Kysely<unknown>, index: IndexDefinition) => Promise<void>;
  readonly dropIndex: (db: Kysely<unknown>, index: Pick<IndexDefinition, "name" | "table">) => Promise<void>;
  /** Adds those columns that are not there, each without a value, while others read and write. Rewrites no row. */
  readonly addColumns: (db: Kysely<unknown>, table: string, columns: NewColumns) => Promise<void>;
}

export type ColumnType = RawBuilder<unknown> | "integer" | "bigint";

/** By name; each may hold null. */
export type NewColumns = Readonly<Record<string, ColumnType>>;

export interface IndexDefinition {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** Two rows cannot agree in all columns, unless one is null. @default false */
  readonly unique?: boolean;
  /**
   * Only rows in these statuses matter. Databases with partial indexes leave the others out, so that finished
   * notifications cost nothing; elsewhere the status becomes the first column.
   */
  readonly statuses?: readonly string[];
  /** Only rows that have this column set matter. */
  readonly present?: string;
}
