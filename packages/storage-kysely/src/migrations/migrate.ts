import { type Migration, Migrator } from "kysely/migration";
import type { Database } from "../database.js";
import { initialSchema } from "./0001-initial-schema.js";

/** In order, by a name that never changes: it is what the database remembers. */
function migrations(database: Database): Record<string, Migration> {
  return { "0001-initial-schema": initialSchema(database.tables) };
}

/** Brings the tables up to date. */
export async function migrate(database: Database): Promise<void> {
  const { prefix } = database.tables;
  await database.sql.migrateAlone(database.on(), async (db) => {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations(database) },
      migrationTableName: `${prefix}migrations`,
      migrationLockTableName: `${prefix}migration_lock`,
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  });
}
