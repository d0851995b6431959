import { type Clock, InvalidOptionsError, type Storage, systemClock } from "@callboard/core/adapter";
import type { Kysely, Transaction } from "kysely";
import { Database } from "./database.js";
import { sqliteDialect } from "./dialects/sqlite.js";
import { kyselyContacts } from "./kysely-contacts.js";
import { kyselyGroups } from "./kysely-groups.js";
import { kyselyPauses } from "./kysely-pauses.js";
import { kyselyRecurring } from "./kysely-recurring.js";
import { kyselyTemplates } from "./kysely-templates.js";
import { migrate } from "./migrations/migrate.js";
import { kyselyNotifications } from "./notifications/kysely-notifications.js";
import { tableNames } from "./table-names.js";

export interface KyselyStorageOptions<DB> {
  /** The host's own instance. Callboard opens no connection, and closes none. */
  readonly db: Kysely<DB>;
  /** What the instance talks to. */
  readonly dialect: "sqlite";
  /** Begins the name of every table: 1 to 30 lower-case letters, digits, underscores. @default "callboard_" */
  readonly prefix?: string;
  /** What SQLite's rows are timed by. @default the machine's own */
  readonly clock?: Clock;
}

/** A storage whose schema can be brought up to date. */
export type KyselyStorage<DB> = Storage<Transaction<DB>> & Required<Pick<Storage, "migrate">>;

/**
 * Keeps everything in the host's own database, through the host's own Kysely. Run `migrate()` once before
 * the first use, and after every upgrade.
 *
 * @throws {InvalidOptionsError}
 */
export function kyselyStorage<DB>({
  db,
  dialect,
  prefix = "callboard_",
  clock = systemClock,
}: KyselyStorageOptions<DB>): KyselyStorage<DB> {
  if (dialect !== "sqlite") {
    throw new InvalidOptionsError(
      "kyselyStorage({ dialect })",
      `"${String(dialect)}" is not supported. Use "sqlite".`,
    );
  }
  const tables = tableNames(prefix);
  const database = new Database(db, tables, sqliteDialect(tables, clock));
  return {
    notifications: kyselyNotifications(database),
    templates: kyselyTemplates(database),
    groups: kyselyGroups(database),
    contacts: kyselyContacts(database),
    pauses: kyselyPauses(database),
    recurring: kyselyRecurring(database),
    transaction: (work) =>
      database.transaction((transaction) => work(transaction as unknown as Transaction<DB>)),
    migrate: () => migrate(database),
  };
}
