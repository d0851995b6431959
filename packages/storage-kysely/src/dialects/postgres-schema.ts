import { type Kysely, sql } from "kysely";
import type { TableNames } from "../table-names.js";
import type { DialectSchema, IndexDefinition } from "./dialect-schema.js";
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
      await sql`create index concurrently if not exists ${sql.id(name)} on ${partialIndex(index)}`.execute(
        db,
      );
    },
    async dropIndex(db, { name }: Pick<IndexDefinition, "name">) {
      await sql`drop index concurrently if exists ${inSchema(name)}`.execute(db);
    },
  };
}

async function isUnfinished(db: Kysely<unknown>, name: ReturnType<typeof sql.id>): Promise<boolean> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${quoted(name, db)})`.execute(db);
  return rows.some(({ valid }) => !valid);
}

/** The name as PostgreSQL reads it from text. */
function quoted(name: ReturnType<typeof sql.id>, db: Kysely<unknown>): string {
  return name.compile(db).sql;
}
