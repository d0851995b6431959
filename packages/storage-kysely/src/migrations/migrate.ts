import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Database } from "../database.js";
import { repeatedOnConflict } from "../guard.js";
import type { Tables } from "../schema.js";
import { asStorageError, storageError } from "../storage-errors.js";
import { tables } from "./0001-tables.js";
import { readingIndexes } from "./0002-reading-indexes.js";
import { stories } from "./0003-stories.js";
import { acknowledgements } from "./0004-acknowledgements.js";
import { channelNews } from "./0005-channel-news.js";

/** In order, by a name that never changes: it is what the database remembers. */
function migrations(database: Database): Record<string, Migration> {
  return {
    "0001-tables": tables(database),
    "0002-reading-indexes": readingIndexes(database),
    "0003-stories": stories(database),
    "0004-acknowledgements": acknowledgements(database),
    "0005-channel-news": channelNews(database),
  };
}

export interface MigrateOptions {
  /** The name of the migration to stand at afterwards, up or down. @default the newest */
  readonly to?: string;
}

/** Brings the tables up to date. What was killed in the middle is taken up again by the next call. */
export async function migrate(database: Database, { to }: MigrateOptions = {}): Promise<void> {
  await repeatedOnConflict(async () => {
    try {
      // Nearly always, and then nobody need wait for the others' look.
      if (to === undefined && (await isNewest(database))) return;
      await database.sql.migrateAlone(database.on(), (db) => runMigrations(database, db, to));
    } catch (error) {
      throw asStorageError(error, database.sql);
    }
  });
}

async function runMigrations(database: Database, db: Kysely<Tables>, to: string | undefined): Promise<void> {
  const { prefix, schema } = database.tables;
  const known = migrations(database);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => known },
    migrationTableName: `${prefix}migrations`,
    migrationLockTableName: `${prefix}migration_lock`,
    ...(schema !== undefined && { migrationTableSchema: schema }),
    // Every statement can be repeated, and an index made online cannot be part of a transaction.
    disableTransactions: true,
  });
  const { error } = to === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(to);
  if (!error) return;
  // What Kysely says when the database remembers a migration that it was not given.
  if (!(error instanceof Error && error.message.startsWith("corrupted migrations"))) throw error;
  const unknown = (await ranMigrations(database, db)).filter((name) => !Object.hasOwn(known, name));
  throw storageError("newer-schema", `This version does not know the migrations ${unknown.join(", ")}.`);
}

async function isNewest(database: Database): Promise<boolean> {
  const { prefix, schema } = database.tables;
  const db = database.on();
  const present = await db.introspection.getTables({ withInternalKyselyTables: true });
  const isThere = ({ name, schema: own }: (typeof present)[number]) =>
    name === `${prefix}migrations` && (schema === undefined || own === schema);
  if (!present.some(isThere)) return false;
  const known = Object.keys(migrations(database));
  const ran = await ranMigrations(database, db);
  return ran.length === known.length && ran.every((name) => known.includes(name));
}

async function ranMigrations(
  { tables: { prefix, schema } }: Database,
  db: Kysely<Tables>,
): Promise<string[]> {
  const table = schema === undefined ? `${prefix}migrations` : `${schema}.${prefix}migrations`;
  const ran = await (db as unknown as Kysely<Record<string, { name: string }>>)
    .selectFrom(table)
    .select("name")
    .orderBy("name")
    .execute();
  return ran.map(({ name }) => name);
}
