import { type Clock, InvalidOptionsError } from "@callboard/core/adapter";
import type { TableNames } from "../table-names.js";
import type { DialectSql } from "./dialect.js";
import { mysqlDialect } from "./mysql.js";
import { postgresDialect } from "./postgres.js";
import { sqliteDialect } from "./sqlite.js";

export type KyselyDialect = "sqlite" | "postgres" | "mysql";

/** @throws {InvalidOptionsError} There is no dialect of this name. */
export function dialectSql(dialect: KyselyDialect, tables: TableNames, clock: Clock): DialectSql {
  switch (dialect) {
    case "sqlite":
      return sqliteDialect(tables, clock);
    case "postgres":
      return postgresDialect(tables);
    case "mysql":
      return mysqlDialect();
    default:
      throw new InvalidOptionsError(
        "kyselyStorage({ dialect })",
        `"${String(dialect)}" is not supported. Use "sqlite", "postgres" (PGlite too) or "mysql" (MariaDB too).`,
      );
  }
}
