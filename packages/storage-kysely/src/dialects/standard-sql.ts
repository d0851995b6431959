import { type RawBuilder, sql } from "kysely";
import { inStatuses } from "../in-statuses.js";
import type { DialectSql } from "./dialect.js";
import type { IndexDefinition } from "./dialect-schema.js";

/** What SQLite and PostgreSQL say alike. */
export const standardSql = {
  returning: true,
  countsInserted: true,
  byIndex: () => sql``,
  // A snapshot that is too old to see the row that was in the way fails at the insert already.
  forShare: sql``,
  skipTaken: (_table, key) => sql`on conflict (${idList(key)}) do nothing`,
  overwriteTaken(key, columns) {
    const changes = columns.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`);
    return sql`on conflict (${idList(key)}) do update set ${sql.join(changes)}`;
  },
  updateFrom: ({ table, as, rows, on, set }) => sql`
    update ${sql.table(table)} as ${sql.id(as)} set ${set} from ${rows} as named_rows where ${on}`,
  deleteUsing: ({ table, rows, match }) => sql`
    delete from ${sql.table(table)} where (${idList(Object.keys(match))})
      in (select ${idList(Object.values(match))} from ${rows} as named_rows)`,
  isolation: undefined,
} satisfies Partial<DialectSql>;

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
