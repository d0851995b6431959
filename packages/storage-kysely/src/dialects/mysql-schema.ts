import { type Kysely, sql } from "kysely";
import pRetry from "p-retry";
import type { DialectSchema, IndexDefinition } from "./dialect-schema.js";
import { indexKind } from "./index-kind.js";
import { missingColumns } from "./missing-columns.js";

export const mysqlSchema: DialectSchema = {
  text: (length) => sql`varchar(${sql.lit(length)})`,
  longText: sql`longtext`,
  async tableOptions(db) {
    const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
    const isMariadb = /mariadb/i.test(rows[0]?.version ?? "");
    // By code points, trailing spaces included; each server has its own name for it.
    const collation = sql.raw(isMariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
    return sql`engine = innodb default character set utf8mb4 collate ${collation}`;
  },
  async createIndex(db, index) {
    if (await exists(db, index)) return;
    const columns = [...(index.statuses ? ["status"] : []), ...index.columns].map((column) => sql.id(column));
    await withoutQueueing(db, () =>
      sql`alter table ${sql.table(index.table)} add ${indexKind(index)} ${sql.id(index.name)} (${sql.join(columns)}),
        algorithm = inplace, lock = none`.execute(db),
    );
  },
  async dropIndex(db, index) {
    if (!(await exists(db, index))) return;
    await withoutQueueing(db, () =>
      sql`alter table ${sql.table(index.table)} drop index ${sql.id(index.name)}`.execute(db),
    );
  },
  async addColumns(db, table, columns) {
    const { rows } = await sql<{ name: string }>`
      select column_name as name from information_schema.columns
      where table_schema = database() and table_name = ${table}`.execute(db);
    const additions = missingColumns(
      columns,
      rows.map(({ name }) => name),
    );
    if (additions.length === 0) return;
    await withoutQueueing(db, () =>
      sql`alter table ${sql.table(table)} ${sql.join(additions)}, algorithm = instant`.execute(db),
    );
  },
};

async function exists(db: Kysely<unknown>, { table, name }: Pick<IndexDefinition, "table" | "name">) {
  const { rows } = await sql`
    select 1 from information_schema.statistics
    where table_schema = database() and table_name = ${table} and index_name = ${name} limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * An `alter table` needs a moment in which nobody uses the table, and while it waits for one, everybody waits behind it.
 * So it first looks for such a moment without waiting. Where there is none, it waits, which ends as soon as transactions
 * as short as Callboard's do; behind a long one it gives up after a second, and leaves the others alone for two.
 */
async function withoutQueueing(db: Kysely<unknown>, alter: () => Promise<unknown>): Promise<void> {
  const tryOnce = async (attempt: number) => {
    // MySQL knows no shorter wait than a second.
    await sql`set session lock_wait_timeout = ${sql.lit(attempt <= looks ? 0 : 1)}`.execute(db);
    await alter();
  };
  try {
    await pRetry(tryOnce, {
      retries: looks + waits,
      minTimeout: 20,
      maxTimeout: 2_000,
      randomize: true,
      shouldRetry: ({ error }) => "errno" in error && error.errno === lockWaitTimeout,
    });
  } finally {
    await sql`set session lock_wait_timeout = default`.execute(db);
  }
}

const looks = 5;

/** Ten minutes of them, as long as PostgreSQL is asked for the migrations' lock. */
const waits = 200;

/** ER_LOCK_WAIT_TIMEOUT */
const lockWaitTimeout = 1205;
