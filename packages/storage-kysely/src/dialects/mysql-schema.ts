import { type Kysely, sql } from "kysely";
import type { DialectSchema, IndexDefinition } from "./dialect-schema.js";

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
      sql`alter table ${sql.table(index.table)} add index ${sql.id(index.name)} (${sql.join(columns)}),
        algorithm = inplace, lock = none`.execute(db),
    );
  },
  async dropIndex(db, index) {
    if (!(await exists(db, index))) return;
    await withoutQueueing(db, () =>
      sql`alter table ${sql.table(index.table)} drop index ${sql.id(index.name)}`.execute(db),
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
 * An `alter table` that waits for a long transaction makes everybody else wait behind it. So it gives up at once (MySQL:
 * after one second), and is tried again from the start.
 */
async function withoutQueueing(db: Kysely<unknown>, alter: () => Promise<unknown>): Promise<void> {
  await sql`set session lock_wait_timeout = 0`.execute(db);
  try {
    await alter();
  } finally {
    await sql`set session lock_wait_timeout = default`.execute(db);
  }
}
