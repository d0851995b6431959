import { type RawBuilder, sql } from "kysely";

/**
 * In the very words of the partial indexes: a database uses one only if it sees that the query's condition implies the
 * index's.
 */
export function inStatuses(statuses: readonly string[]): RawBuilder<unknown> {
  const [first = "", ...others] = statuses;
  if (others.length === 0) return sql`status = ${sql.lit(first)}`;
  return sql`status in (${sql.join(statuses.map((status) => sql.lit(status)))})`;
}
