import { type RawBuilder, sql } from "kysely";
import { inStatuses } from "../in-statuses.js";
import type { JoinedDeletion, JoinedUpdate } from "./dialect.js";
import type { IndexDefinition } from "./dialect-schema.js";

/** What SQLite and PostgreSQL say alike. */

export function skipTakenOnConflict(key: readonly string[]): RawBuilder<unknown> {
  return sql`on conflict (${idList(key)}) do nothing`;
}

export function excludedColumns(key: readonly string[], columns: readonly string[]): RawBuilder<unknown> {
  const changes = columns.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`);
  return sql`on conflict (${idList(key)}) do update set ${sql.join(changes)}`;
}

export function updateFromRows({ table, as, rows, on, set }: JoinedUpdate): RawBuilder<unknown> {
  return sql`update ${sql.table(table)} as ${sql.id(as)} set ${set} from ${rows} as named_rows where ${on}`;
}

export function matchedByRowValues({ table, rows, match }: JoinedDeletion): RawBuilder<unknown> {
  return sql`
    delete from ${sql.table(table)} where (${idList(Object.keys(match))})
      in (select ${idList(Object.values(match))} from ${rows} as named_rows)`;
}

/** What an index covers: columns, and the rows that matter. */
export function partialIndex({ table, columns, statuses, present }: IndexDefinition): RawBuilder<unknown> {
  const conditions = [
    ...(statuses ? [inStatuses(statuses)] : []),
    ...(present === undefined ? [] : [sql`${sql.id(present)} is not null`]),
  ];
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  return sql`${sql.table(table)} (${idList(columns)}) ${where}`;
}

function idList(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.id(column)));
}
