import { StorageError } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import pRetry from "p-retry";
import type { JsonColumnType } from "../json-rows.js";
import type { Tables } from "../schema.js";
import type { TableNames } from "../table-names.js";
import type { DialectSql } from "./dialect.js";
import { postgresFaultOf } from "./postgres-faults.js";
import { postgresSchema } from "./postgres-schema.js";
import { standardSql } from "./standard-sql.js";
import { withoutMigratorLock } from "./without-migrator-lock.js";

/** PostgreSQL 14 or newer, and PGlite. */
export function postgresDialect(tables: TableNames): DialectSql {
  return {
    ...standardSql,
    // The statement's, not the transaction's: a host's transaction may be open for long. Not clock_timestamp(), which
    // may differ from row to row, so that no index could be used with it.
    now: () => sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`,
    jsonRows(rows, columns) {
      const fields = Object.entries(columns).map(([name, type]) => sql`${sql.id(name)} ${columnTypes[type]}`);
      // The limit tells the planner how few they are; it would expect a hundred, and rather read a whole table.
      return sql`(select * from json_to_recordset(${JSON.stringify(rows)}::json) as r(${sql.join(fields)})
                  limit ${rows.length})`;
    },
    jsonHas: (column, item) => sql`jsonb_exists(${column}::jsonb, ${item})`,
    smallFirst: sql`join`,
    writesTogether: true,
    skipLocked: sql`for update skip locked`,
    forUpdate: sql`for update`,
    beginWriting: async () => undefined,
    schema: postgresSchema(tables),
    migrateAlone: (db, migrate) =>
      withoutMigratorLock(db, async (connection) => {
        await lock(connection, tables);
        try {
          return await migrate(connection);
        } finally {
          await sql`select pg_advisory_unlock(${lockKey(tables)})`.execute(connection);
        }
      }),
    faultOf: postgresFaultOf,
  };
}

// All text compares by its bytes, in every database: also what only passes through.
const columnTypes: Record<JsonColumnType, ReturnType<typeof sql>> = {
  text: sql`text collate "C"`,
  integer: sql`bigint`,
};

/**
 * Asks again and again instead of waiting in the database: whoever waits there holds a snapshot, and
 * `create index concurrently` waits for every snapshot to end.
 */
async function lock(connection: Kysely<Tables>, tables: TableNames): Promise<void> {
  await pRetry(
    async () => {
      const { rows } = await sql<{ locked: boolean }>`
        select pg_try_advisory_lock(${lockKey(tables)}) as locked`.execute(connection);
      if (rows[0]?.locked !== true)
        throw new StorageError(
          "conflict",
          "Another process has been migrating for ten minutes. Look for it in pg_stat_activity.",
        );
    },
    {
      retries: 1_200,
      minTimeout: 50,
      maxTimeout: 500,
      randomize: true,
      // Only a lock that is held is worth asking for again.
      shouldRetry: ({ error }) => StorageError.is(error),
    },
  );
}

/** One lock for each set of tables. */
function lockKey({ prefix, schema }: TableNames) {
  return sql`hashtextextended(${`callboard.migrate:${schema ?? ""}.${prefix}`}, 0)`;
}
