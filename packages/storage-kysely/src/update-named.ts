import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "./database.js";
import type { JsonColumns, JsonRow } from "./json-rows.js";
import type { Tables } from "./schema.js";

export interface NamedUpdate {
  /** Has the primary key `id`. */
  readonly table: string;
  readonly rows: readonly JsonRow[];
  readonly columns: JsonColumns;
  /** The column of `rows` that names the row to change. */
  readonly idColumn: string;
  /** Which of the named rows change; sees the columns of both. */
  readonly where: RawBuilder<unknown>;
  readonly set: RawBuilder<unknown>;
  /** What to give back of each changed row. */
  readonly select: RawBuilder<unknown>;
}

/**
 * Changes rows by id, each in its own way, and gives back those that changed, as they are now. One statement where
 * writes give back rows; elsewhere three, for which the caller opens a transaction.
 */
export async function updateNamed<Row>(
  database: Database,
  executor: Kysely<Tables>,
  update: NamedUpdate,
): Promise<Row[]> {
  if (update.rows.length === 0) return [];
  if (!database.sql.returning) return lockThenUpdate(database, executor, update);
  return (await updateReturning(database, update).execute(executor)).rows as Row[];
}

/** For databases whose writes give back rows. */
export function updateReturning({ sql: dialect }: Database, update: NamedUpdate): RawBuilder<unknown> {
  const on = sql`t.id = ${sql.ref(update.idColumn)} and ${update.where}`;
  const rows = dialect.jsonRows(update.rows, update.columns);
  const statement = dialect.updateFrom({ table: update.table, as: "t", rows, on, set: update.set });
  return sql`${statement} returning ${update.select}`;
}

async function lockThenUpdate<Row>(
  { sql: dialect }: Database,
  executor: Kysely<Tables>,
  { table, rows, columns, idColumn, where, set, select }: NamedUpdate,
): Promise<Row[]> {
  const sameId = sql`t.id = ${sql.ref(idColumn)}`;
  const { rows: locked } = await sql<{ id: string }>`
    select t.id from ${dialect.jsonRows(rows, columns)} as named_rows
    straight_join ${sql.table(table)} as t force index (primary) on ${sameId}
    where ${where} for update`.execute(executor);
  if (locked.length === 0) return [];
  const ids = new Set(locked.map(({ id }) => id));
  const held = dialect.jsonRows(
    rows.filter((row) => ids.has(String(row[idColumn]))),
    columns,
  );
  // Not asked again whether they are as expected: they are locked, and the time has moved on.
  await dialect.updateFrom({ table, as: "t", rows: held, on: sameId, set }).execute(executor);
  const { rows: changed } = await sql<Row>`
    select ${select} from ${held} as named_rows
    straight_join ${sql.table(table)} as t force index (primary) on ${sameId}`.execute(executor);
  return changed;
}
