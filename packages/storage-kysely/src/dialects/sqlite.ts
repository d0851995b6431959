import type { Clock } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { TableNames } from "../table-names.js";
import type { DialectSql } from "./dialect.js";
import { indexKind } from "./index-kind.js";
import { missingColumns } from "./missing-columns.js";
import { partialIndex, standardSql } from "./standard-sql.js";

/** SQLite runs inside the host, so the host's clock is its clock, and writers queue up by themselves. */
export function sqliteDialect(tables: TableNames, clock: Clock): DialectSql {
  return {
    ...standardSql,
    now: () => sql<number>`${clock.now().getTime()}`,
    jsonRows(rows, columns) {
      // Arrays, because a key would be looked for in each row for each column.
      const names = Object.keys(columns);
      const fields = names.map((name, index) => sql`value ->> ${sql.lit(index)} as ${sql.id(name)}`);
      const values = rows.map((row) => names.map((name) => row[name] ?? null));
      return sql`(select ${sql.join(fields)} from json_each(${JSON.stringify(values)}))`;
    },
    jsonHas: (column, item) => sql`exists (select 1 from json_each(${column}) where value = ${item})`,
    // In SQLite the order of a cross join is the order in which tables are read.
    smallFirst: sql`cross join`,
    writesTogether: false,
    skipLocked: sql``,
    forUpdate: sql``,
    async beginWriting(transaction) {
      // Kysely begins with a plain "begin"; a transaction that reads before it writes then fails as soon as another
      // process has written. Writing nothing takes the write lock at the start, and waits for it.
      await sql`update ${sql.table(tables.recurringJobs)} set last_slot = last_slot where name = ''`.execute(
        transaction,
      );
    },
    schema: {
      text: (length) => sql`varchar(${sql.lit(length)})`,
      longText: sql`text`,
      tableOptions: async () => sql``,
      async createIndex(db, index) {
        await sql`create ${indexKind(index)} if not exists ${sql.id(index.name)} on ${partialIndex(index)}`.execute(
          db,
        );
      },
      async dropIndex(db, { name }) {
        await sql`drop index if exists ${sql.id(name)}`.execute(db);
      },
      async addColumns(db, table, columns) {
        const { rows } = await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(
          db,
        );
        const present = rows.map(({ name }) => name);
        for (const addition of missingColumns(columns, present))
          await sql`alter table ${sql.table(table)} ${addition}`.execute(db);
      },
    },
    migrateAlone: (db, migrate) =>
      // Kysely takes no lock on SQLite and wraps no transaction around its migrations there; one write transaction is both.
      db.connection().execute(async (connection) => {
        await sql`begin immediate`.execute(connection);
        try {
          const result = await migrate(connection);
          await sql`commit`.execute(connection);
          return result;
        } catch (error) {
          // At a full disk SQLite has rolled back by itself, and says that there is nothing to roll back.
          await sql`rollback`.execute(connection).catch(() => undefined);
          throw error;
        }
      }),
    faultOf({ message, code, errcode }) {
      const result = resultNames[errcode & 0xff] ?? code;
      if (/^SQLITE_(BUSY|LOCKED)/.test(result)) return "conflict";
      if (/^SQLITE_READONLY/.test(result)) return "read-only";
      if (/^SQLITE_FULL/.test(result)) return "full";
      if (/^SQLITE_(IOERR|CANTOPEN|CORRUPT|NOTADB)/.test(result)) return "unavailable";
      return /no such (table|column)|has no column named/.test(message) ? "not-migrated" : null;
    },
  };
}

/** @see https://www.sqlite.org/rescode.html */
const resultNames: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};
