import { sql } from "kysely";
import type { JsonColumnType } from "../json-rows.js";
import type { DialectSql } from "./dialect.js";
import { mysqlFaultOf } from "./mysql-faults.js";
import { mysqlSchema } from "./mysql-schema.js";

/** MySQL 8.0.19 or newer, and MariaDB 10.6 or newer: `skip locked` and `json_table`. */
export function mysqlDialect(): DialectSql {
  return {
    // In UTC, so that no session's time zone bends it.
    now: () => sql<number>`(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)`,
    jsonRows(rows, columns) {
      // Arrays, as for SQLite.
      const names = Object.keys(columns);
      const fields = Object.entries(columns).map(
        ([name, type], index) => sql`${sql.id(name)} ${columnTypes[type]} path ${sql.lit(`$[${index}]`)}`,
      );
      const values = rows.map((row) => names.map((name) => row[name] ?? null));
      return sql`json_table(${JSON.stringify(values)}, '$[*]' columns (${sql.join(fields)}))`;
    },
    jsonHas: (column, item) => sql`json_contains(${column}, ${JSON.stringify(item)})`,
    // Otherwise a young table is read from end to end, and every row of it locked.
    smallFirst: sql`straight_join`,
    returning: false,
    writesTogether: false,
    countsInserted: false,
    byIndex: (name) => sql`force index (${sql.id(name)})`,
    skipLocked: sql`for update skip locked`,
    forUpdate: sql`for update`,
    forShare: sql`lock in share mode`,
    skipTaken(table, [first = ""]) {
      const column = sql`${sql.table(table)}.${sql.id(first)}`;
      return sql`on duplicate key update ${column} = ${column}`;
    },
    overwriteTaken(_key, columns) {
      const changes = columns.map((column) => sql`${sql.id(column)} = values(${sql.id(column)})`);
      return sql`on duplicate key update ${sql.join(changes)}`;
    },
    updateFrom: ({ table, as, rows, index = "primary", on, set }) => sql`
      update ${rows} as named_rows
      straight_join ${sql.table(table)} as ${sql.id(as)} force index (${sql.id(index)}) on ${on}
      set ${set}`,
    deleteUsing({ table, rows, match }) {
      const on = Object.entries(match).map(
        ([column, name]) => sql`target.${sql.id(column)} = named_rows.${sql.id(name)}`,
      );
      return sql`
        delete target from ${rows} as named_rows
        straight_join ${sql.table(table)} as target force index (primary) on ${sql.join(on, sql` and `)}`;
    },
    beginWriting: async () => undefined,
    // The default, repeatable read, locks the gaps between rows too: claims and inserts would wait for each other.
    isolation: "read committed",
    schema: mysqlSchema,
    // Kysely's own lock makes the others wait, and ends with its session.
    migrateAlone: (db, migrate) => db.connection().execute(migrate),
    faultOf: mysqlFaultOf,
  };
}

/** Compared with a column of ours, the column's collation wins, and its index is used, because its name ends in "_bin". */
const columnTypes: Record<JsonColumnType, ReturnType<typeof sql>> = {
  text: sql`longtext character set utf8mb4 collate utf8mb4_general_ci`,
  integer: sql`bigint`,
};
