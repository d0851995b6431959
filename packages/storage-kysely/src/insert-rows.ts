import { type Kysely, type RawBuilder, sql } from "kysely";
import { chunks } from "./codec.js";
import type { Database } from "./database.js";
import type { Tables } from "./schema.js";
import { type ItemColumns, splitColumns } from "./varying-columns.js";

/** Bounds the size of one statement: a row of a long text and its JSON have some kilobytes. */
const rowsPerStatement = 1_000;

export interface InsertRequest<Item> {
  readonly table: string;
  readonly items: readonly Item[];
  readonly columns: ItemColumns<Item>;
  /** What happens to rows whose key is taken. Left out: the insert fails. */
  readonly whenTaken?: RawBuilder<unknown>;
}

/**
 * Inserts any number of rows; what is the same in all of them travels once. Returns how many were written; MySQL
 * counts those that it left alone, too.
 */
export async function insertRows<Item>(
  { sql: dialect }: Database,
  executor: Kysely<Tables>,
  { table, columns, items, whenTaken = sql`` }: InsertRequest<Item>,
): Promise<number> {
  let written = 0;
  for (const chunk of chunks(items, rowsPerStatement)) {
    const { common, rows, types } = splitColumns(columns, chunk);
    // Null is what a column holds anyway.
    const set = [...common].filter(([, value]) => value !== null);
    const varying = Object.keys(types).map((name) => sql.id(name));
    const names = [...set.map(([name]) => sql.id(name)), ...varying];
    const values = [...set.map(([, value]) => sql`${value}`), ...varying];
    // "where true", because SQLite would take "on conflict" for a join's "on".
    const { numAffectedRows = 0n } = await sql`
      insert into ${sql.table(table)} (${sql.join(names)})
      select ${sql.join(values)} from ${dialect.jsonRows(rows, types)} as new_rows where true
      ${whenTaken}`.execute(executor);
    written += Number(numAffectedRows);
  }
  return written;
}
