import type { CreateTableBuilder, Kysely } from "kysely";
import type { Database } from "../database.js";
import type { ColumnType } from "../dialects/dialect-schema.js";
import { bareName } from "../table-names.js";

/** Column types with the lengths that every database can index. */
export function columnTypes({ sql: { schema } }: Database) {
  return {
    // Random ids and hashes have a fixed length.
    id: schema.text(64),
    name: schema.text(255),
    // So that template, key, user and channel fit into one index of MySQL's.
    template: schema.text(200),
    channel: schema.text(32),
    word: schema.text(32),
    text: schema.longText,
    integer: "integer",
    time: "bigint",
  } as const;
}

/** A table that is to be made. */
export interface TableDefinition {
  readonly required: Readonly<Record<string, ColumnType>>;
  /** May hold null. */
  readonly optional?: Readonly<Record<string, ColumnType>>;
  readonly primaryKey: readonly string[];
  /** Columns by the suffix of the constraint's name. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
}

/** Harmless when the table is there: a migration that was killed is run again from its start. */
export async function createTable(
  { sql: dialect }: Database,
  db: Kysely<unknown>,
  table: string,
  { required, optional = {}, primaryKey, unique = {} }: TableDefinition,
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table).ifNotExists();
  for (const [name, type] of Object.entries(required))
    builder = builder.addColumn(name, type, (column) => column.notNull());
  for (const [name, type] of Object.entries(optional)) builder = builder.addColumn(name, type);
  builder = builder.addPrimaryKeyConstraint(`${bareName(table)}_key`, [...primaryKey]);
  for (const [name, columns] of Object.entries(unique))
    builder = builder.addUniqueConstraint(`${bareName(table)}_${name}`, [...columns]);
  await builder.modifyEnd(await dialect.schema.tableOptions(db)).execute();
}

/** Named after its table. */
export async function createIndex(
  { sql: { schema } }: Database,
  db: Kysely<unknown>,
  table: string,
  suffix: string,
  columns: readonly string[],
): Promise<void> {
  await schema.createIndex(db, { table, name: `${bareName(table)}_${suffix}`, columns });
}
