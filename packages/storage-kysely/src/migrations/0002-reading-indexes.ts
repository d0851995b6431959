import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Database } from "../database.js";
import type { IndexDefinition } from "../dialects/dialect-schema.js";
import { bareName } from "../table-names.js";
import { troubledStatuses } from "../troubled-statuses.js";

/** What people and reports read by. Made while workers of the version before go on; dropping them loses nothing. */
export function readingIndexes(database: Database): Migration {
  const { schema } = database.sql;
  return {
    async up(db: Kysely<unknown>) {
      for (const index of indexes(database)) await schema.createIndex(db, index);
    },
    async down(db: Kysely<unknown>) {
      for (const index of indexes(database)) await schema.dropIndex(db, index);
    },
  };
}

function indexes({ tables: { notifications: table } }: Database): IndexDefinition[] {
  const name = (suffix: string) => `${bareName(table)}_${suffix}`;
  // Pages are in the order of (created_at, id), but without the id: rows that were inserted together have one time, so
  // an index of times takes them in one place, where random ids would scatter them.
  return [
    { table, name: name("newest"), columns: ["created_at"] },
    { table, name: name("user"), columns: ["user_id", "created_at"] },
    { table, name: name("batch"), columns: ["batch_id", "created_at"] },
    { table, name: name("trouble"), columns: ["created_at"], statuses: troubledStatuses },
  ];
}
