import { systemClock } from "@callboard/core/adapter";
import type { KyselyDialect } from "@callboard/storage-kysely";
import { type Kysely, sql } from "kysely";
import { Database } from "../src/database.js";
import { dialectSql } from "../src/dialects/dialect-sql.js";
import { migrate } from "../src/migrations/migrate.js";
import { tableNames } from "../src/table-names.js";

/** What the database remembers when it is up to date. */
export const newest = [
  ...["0001-tables", "0002-reading-indexes", "0003-stories"],
  ...["0004-acknowledgements", "0005-channel-news"],
];

/** Where databases of earlier versions stand. */
export const earlier = ["0001-tables", "0002-reading-indexes", "0003-stories"] as const;

/** Migrates to a version of long ago, which the public verb does not know. */
export function migrateTo(
  db: Kysely<unknown>,
  dialect: KyselyDialect,
  to: (typeof earlier)[number],
): Promise<void> {
  const tables = tableNames("callboard_");
  return migrate(new Database(db, tables, dialectSql(dialect, tables, systemClock)), { to });
}

/** The names of the migrations that the database remembers. */
export async function migrationsIn(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from callboard_migrations order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

/** Every column and every index, one a line, so that two databases can be compared. */
export async function schemaOf(db: Kysely<unknown>, dialect: KyselyDialect): Promise<string[]> {
  const lines: string[] = [];
  for (const query of catalogues[dialect]) {
    const { rows } = await sql<Record<string, unknown>>`${query}`.execute(db);
    lines.push(...rows.map((row) => Object.values(row).join(" ")));
  }
  return lines.toSorted();
}

/** The names of indexes that a build has left unfinished; only PostgreSQL leaves any. */
export async function invalidIndexes(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select indexrelid::regclass::text as name from pg_index where not (indisvalid and indisready)`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

const catalogues = {
  sqlite: [sql`select type, name, tbl_name, sql from sqlite_master`],
  postgres: [
    sql`select table_schema, table_name, column_name, data_type, character_maximum_length, is_nullable,
          column_default, collation_name
        from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')`,
    sql`select pg_get_indexdef(indexrelid) as definition, indisvalid, indisprimary
        from pg_index join pg_class on pg_class.oid = indexrelid
        where relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  ],
  mysql: [
    sql`select table_name, column_name, column_type, is_nullable, column_default, collation_name
        from information_schema.columns where table_schema = database()`,
    sql`select table_name, index_name, seq_in_index, column_name, non_unique
        from information_schema.statistics where table_schema = database()`,
    sql`select table_name, engine, table_collation
        from information_schema.tables where table_schema = database()`,
  ],
};
