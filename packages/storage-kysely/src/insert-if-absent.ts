import { type Kysely, sql } from "kysely";
import type { Database } from "./database.js";
import type { JsonRow } from "./json-rows.js";
import type { Tables } from "./schema.js";

/**
 * Inserts one row unless its key is taken, and says whether it did: of two racing callers one is told that it was the
 * first.
 */
export async function insertIfAbsent(
  { sql: dialect }: Database,
  executor: Kysely<Tables>,
  table: string,
  key: readonly string[],
  row: JsonRow,
): Promise<boolean> {
  const names = sql.join(Object.keys(row).map((name) => sql.id(name)));
  const insert = sql`insert into ${sql.table(table)} (${names}) values (${sql.join(Object.values(row))})`;
  if (dialect.returning) {
    const { rows } = await sql`${insert} ${dialect.skipTaken(table, key)} returning 1 as inserted`.execute(
      executor,
    );
    return rows.length === 1;
  }
  try {
    await insert.execute(executor);
    return true;
  } catch (error) {
    // MySQL undoes the statement alone, and counts a row that it left as it was like one that it wrote.
    if (isDuplicate(error)) return false;
    throw error;
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "errno" in error && error.errno === 1062;
}
