import { type Clock, InvalidOptionsError, type Storage, systemClock } from "@callboard/core/adapter";
import type { Kysely, Transaction } from "kysely";
import { kyselyChannelTemplates } from "./channel-templates/kysely-channel-templates.js";
import { kyselyContacts } from "./contacts/kysely-contacts.js";
import { Database } from "./database.js";
import { dialectSql, type KyselyDialect } from "./dialects/dialect-sql.js";
import { guarded } from "./guard.js";
import { kyselyGroups } from "./kysely-groups.js";
import { kyselyPauses } from "./kysely-pauses.js";
import { kyselyRecurring } from "./kysely-recurring.js";
import { kyselyTemplates } from "./kysely-templates.js";
import { migrate } from "./migrations/migrate.js";
import { kyselyNotifications } from "./notifications/kysely-notifications.js";
import { tableNames } from "./table-names.js";
import { kyselyWebhooks } from "./webhooks/kysely-webhooks.js";

export interface KyselyStorageOptions<DB> {
  /** The host's own instance. Callboard opens no connection, and closes none. */
  readonly db: Kysely<DB>;
  /** What the instance talks to. MariaDB is `"mysql"`, PGlite is `"postgres"`. */
  readonly dialect: KyselyDialect;
  /** Begins the name of every table: 1 to 30 lower-case letters, digits, underscores. @default "callboard_" */
  readonly prefix?: string;
  /** The schema that holds the tables, made by `migrate()`; PostgreSQL alone. @default the connection's own */
  readonly schema?: string;
  /** What SQLite's rows are timed by; servers have a clock of their own. @default the machine's */
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
  schema,
  clock = systemClock,
}: KyselyStorageOptions<DB>): KyselyStorage<DB> {
  const tables = tableNames(prefix, checkedSchema(dialect, schema));
  const database = new Database(db, tables, dialectSql(dialect, tables, clock));
  return {
    notifications: guarded(kyselyNotifications(database), database.sql),
    templates: guarded(kyselyTemplates(database), database.sql),
    channelTemplates: guarded(kyselyChannelTemplates(database), database.sql),
    groups: guarded(kyselyGroups(database), database.sql),
    contacts: guarded(kyselyContacts(database), database.sql),
    pauses: guarded(kyselyPauses(database), database.sql),
    recurring: guarded(kyselyRecurring(database), database.sql),
    webhooks: guarded(kyselyWebhooks(database), database.sql),
    transaction: (work) => database.hostTransaction(work),
    migrate: () => migrate(database),
  };
}

function checkedSchema(dialect: KyselyDialect, schema: string | undefined): string | undefined {
  if (schema === undefined || dialect === "postgres") return schema;
  throw new InvalidOptionsError(
    "kyselyStorage({ schema })",
    `is for PostgreSQL alone. Use prefix to tell the tables of ${dialect} apart.`,
  );
}
