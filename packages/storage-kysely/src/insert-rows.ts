import { type Kysely, type RawBuilder, sql } from "kysely";
import { chunks } from "./codec.js";
import type { Database } from "./database.js";
import type { JsonColumnType } from "./json-rows.js";
import type { Tables } from "./schema.js";

/** Bounds the size of one statement: a row of a long text and its JSON have some kilobytes. */
const rowsPerStatement = 1_000;

type Value = string | number | null;

export interface InsertRequest<Item> {
  readonly table: string;
  readonly items: readonly Item[];
  /** By column: its type, and where an item has the value. */
  readonly columns: Readonly<Record<string, readonly [JsonColumnType, (item: Item) => Value]>>;
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
    const { common, varying } = split(columns, chunk);
    const names = [...common.keys(), ...varying.keys()].map((name) => sql.id(name));
    const values = [
      ...[...common.values()].map((value) => sql`${value}`),
      ...[...varying.keys()].map((name) => sql.id(name)),
    ];
    // "where true", because SQLite would take "on conflict" for a join's "on".
    const { numAffectedRows = 0n } = await sql`
      insert into ${sql.table(table)} (${sql.join(names)})
      select ${sql.join(values)} from ${dialect.jsonRows(...rowsOf(varying, chunk.length))} as new_rows where true
      ${whenTaken}`.execute(executor);
    written += Number(numAffectedRows);
  }
  return written;
}

interface VaryingColumn {
  readonly type: JsonColumnType;
  readonly values: readonly Value[];
}

/** Columns that hold one value in all rows, save null, which is what a column holds anyway; and the others. */
function split<Item>(columns: InsertRequest<Item>["columns"], items: readonly Item[]) {
  const common = new Map<string, Value>();
  const varying = new Map<string, VaryingColumn>();
  for (const [name, [type, read]] of Object.entries(columns)) {
    const values = items.map(read);
    const [first = null] = values;
    // A table of no columns cannot be selected from, so that the first column always varies.
    if (varying.size === 0 || values.some((value) => value !== first)) varying.set(name, { type, values });
    else if (first !== null) common.set(name, first);
  }
  return { common, varying };
}

function rowsOf(varying: ReadonlyMap<string, VaryingColumn>, count: number) {
  const columns = Object.fromEntries([...varying].map(([name, { type }]) => [name, type]));
  const rows = Array.from({ length: count }, (): Record<string, Value> => ({}));
  for (const [name, { values }] of varying) {
    for (const [index, row] of rows.entries()) row[name] = values[index] ?? null;
  }
  return [rows, columns] as const;
}
