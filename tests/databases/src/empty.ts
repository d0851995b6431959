import { type Kysely, sql } from "kysely";
import type { TestDatabase } from "./test-database.ts";

/** Deletes every row but those that remember the migrations: to make tables anew costs more than most tests. */
export async function empty(db: Kysely<unknown>, dialect: TestDatabase["dialect"]): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = ${dialect === "postgres" ? sql`current_schema()` : sql`database()`}
      and table_name not like ${"%migration%"}`.execute(db);
  if (rows.length === 0) return;
  const tables = rows.map(({ name }) => sql.table(name));
  if (dialect === "postgres") await sql`truncate ${sql.join(tables)}`.execute(db);
  // To truncate makes a new file on MySQL, which takes longer than to delete a few rows.
  else for (const table of tables) await sql`delete from ${table}`.execute(db);
}
