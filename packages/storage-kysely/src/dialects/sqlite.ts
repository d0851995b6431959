import type { Clock } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { TableNames } from "../table-names.js";
import type { DialectSql } from "./dialect.js";

/** SQLite runs inside the host, so the host's clock is its clock, and writers queue up by themselves. */
export function sqliteDialect(tables: TableNames, clock: Clock): DialectSql {
  return {
    now: () => sql<number>`${clock.now().getTime()}`,
    jsonRows(rows, columns) {
      const fields = Object.keys(columns).map(
        (name) => sql`value ->> ${sql.lit(`$.${name}`)} as ${sql.id(name)}`,
      );
      return sql`(select ${sql.join(fields)} from json_each(${JSON.stringify(rows)}))`;
    },
    skipLocked: sql``,
    forUpdate: sql``,
    async beginWriting(transaction) {
      // Kysely begins with a plain "begin"; a transaction that reads before it writes then fails as soon as another
      // process has written. Writing nothing takes the write lock at the start, and waits for it.
      await sql`update ${sql.table(tables.recurringJobs)} set last_slot = last_slot where name = ''`.execute(
        transaction,
      );
    },
    migrateAlone: (db, migrate) =>
      // Kysely takes no lock on SQLite and wraps no transaction around its migrations there; one write transaction is both.
      db.connection().execute(async (connection) => {
        await sql`begin immediate`.execute(connection);
        try {
          await migrate(connection);
          await sql`commit`.execute(connection);
        } catch (error) {
          await sql`rollback`.execute(connection);
          throw error;
        }
      }),
  };
}
