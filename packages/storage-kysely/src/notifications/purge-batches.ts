import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import type { Tables } from "../schema.js";
import { bareName } from "../table-names.js";
import { deleteBatches } from "./batches.js";

export interface BatchPurge {
  /** The times between which notifications were looked at, both inclusive. */
  readonly period: { readonly earliest: number; readonly latest: number };
  /** Whatever was created at this time or later is not old enough. */
  readonly before: number;
  readonly limit: number;
  /** Batches of which notifications have just been deleted. */
  readonly touched: readonly string[];
}

/**
 * Deletes old batches that have no notification: those of which the last has just been deleted, whenever they were
 * queued, and of the period those that told nobody. Returns the time from which some of the period may be left; `null`:
 * none.
 */
export async function purgeBatches(
  database: Database,
  executor: Kysely<Tables>,
  { period, before, limit, touched }: BatchPurge,
): Promise<number | null> {
  // No "not exists": MariaDB may answer that by reading the batches of all notifications once. In the order of their index,
  // the first one of a batch is found without any other.
  const isOver = sql`b.created_at < ${before} and (
    select 1 from ${sql.table(database.tables.notifications)} as n
    where n.batch_id = b.id order by n.created_at limit 1) is null`;
  const emptied = await findEmptied(database, executor, touched, sql`${isOver} limit ${limit}`);
  await deleteBatches(database, executor, emptied);
  const room = limit - emptied.length;
  if (room === 0) return period.earliest;
  const { rows: silent } = await sql<{ id: string; created_at: number }>`
    select b.id, b.created_at from ${sql.table(database.tables.batches)} as b
    ${database.sql.byIndex(`${bareName(database.tables.batches)}_age`)}
    where b.created_at >= ${period.earliest} and b.created_at <= ${period.latest} and ${isOver}
    order by b.created_at limit ${room}`.execute(executor);
  await deleteBatches(
    database,
    executor,
    silent.map(({ id }) => id),
  );
  const last = silent.at(-1);
  return last && silent.length === room ? Number(last.created_at) : null;
}

async function findEmptied(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  touched: readonly string[],
  condition: RawBuilder<unknown>,
): Promise<string[]> {
  if (touched.length === 0) return [];
  const wanted = dialect.jsonRows(
    [...new Set(touched)].map((id) => ({ w_id: id })),
    { w_id: "text" },
  );
  const { rows } = await sql<{ id: string }>`
    select b.id from ${wanted} as wanted ${dialect.smallFirst} ${sql.table(tables.batches)} as b on b.id = w_id
    where ${condition}`.execute(executor);
  return rows.map(({ id }) => id);
}
