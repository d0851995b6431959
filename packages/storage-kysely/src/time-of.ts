import { type Kysely, sql } from "kysely";
import type { Database } from "./database.js";
import type { Tables } from "./schema.js";

/** The database's time, in milliseconds, for rows that must agree on it. */
export async function timeOf({ sql: dialect }: Database, executor: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ now: number | string | bigint }>`select ${dialect.now()} as now`.execute(
    executor,
  );
  return Number(rows[0]?.now);
}
