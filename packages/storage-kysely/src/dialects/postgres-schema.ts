import { type Kysely, type RawBuilder, sql } from "kysely";
import pRetry from "p-retry";
import type { TableNames } from "../table-names.js";
import type { DialectSchema, IndexDefinition } from "./dialect-schema.js";
import { indexKind } from "./index-kind.js";
import { missingColumns } from "./missing-columns.js";
import { partialIndex } from "./standard-sql.js";

export function postgresSchema({ schema }: TableNames): DialectSchema {
  const inSchema = (name: string) => (schema === undefined ? sql.id(name) : sql.id(schema, name));
  return {
    // "C" compares bytes: the same order on every server, and faster than any language's.
    text: (length) => sql`varchar(${sql.lit(length)}) collate "C"`,
    longText: sql`text`,
    tableOptions: async () => sql``,
    async createIndex(db, index) {
      const { name } = index;
      // A build that was killed leaves an index that costs every write and answers no query.
      if (await isUnfinished(db, inSchema(name)))
        await sql`drop index concurrently if exists ${inSchema(name)}`.execute(db);
      await sql`create ${indexKind(index)} concurrently if not exists ${sql.id(name)} on ${partialIndex(index)}`.execute(
        db,
      );
    },
    async dropIndex(db, { name }: Pick<IndexDefinition, "name">) {
      await sql`drop index concurrently if exists ${inSchema(name)}`.execute(db);
    },
    async addColumns(db, table, columns) {
      const { rows } = await sql<{ name: string }>`
        select attname as name from pg_attribute
        where attrelid = to_regclass(${quoted(sql.table(table), db)}) and attnum > 0 and not attisdropped`.execute(
        db,
      );
      const additions = missingColumns(
        columns,
        rows.map(({ name }) => name),
      );
      if (additions.length === 0) return;
      await withoutQueueing(db, () =>
        sql`alter table ${sql.table(table)} ${sql.join(additions)}`.execute(db),
      );
    },
  };
}

async function isUnfinished(db: Kysely<unknown>, name: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${quoted(name, db)})`.execute(db);
  return rows.some(({ valid }) => !valid);
}

/** The name as PostgreSQL reads it from text. */
function quoted(name: RawBuilder<unknown>, db: Kysely<unknown>): string {
  return name.compile(db).sql;
}

/**
 * An `alter table` waits for everybody who uses the table, and everybody else waits behind it. So it waits for less than
 * anybody would notice, and leaves the others alone for longer than that before it asks again.
 */
async function withoutQueueing(db: Kysely<unknown>, alter: () => Promise<unknown>): Promise<void> {
  const { rows } = await sql<{ before: string }>`select current_setting('lock_timeout') as before`.execute(
    db,
  );
  await setLockTimeout(db, "50ms");
  try {
    await pRetry(alter, {
      retries: 1_200,
      minTimeout: 50,
      maxTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => "code" in error && error.code === lockNotAvailable,
    });
  } finally {
    await setLockTimeout(db, rows[0]?.before ?? "0");
  }
}

async function setLockTimeout(db: Kysely<unknown>, timeout: string): Promise<void> {
  await sql`select set_config('lock_timeout', ${timeout}, false)`.execute(db);
}

const lockNotAvailable = "55P03";
