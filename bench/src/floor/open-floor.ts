import { dirname, join } from "node:path";
import type { BenchDatabase } from "../harness/databases.ts";
import type { Floor } from "./floor.ts";
import { mariadbFloor } from "./mariadb-floor.ts";
import { postgresFloor } from "./postgres-floor.ts";
import { sqliteFloor } from "./sqlite-floor.ts";

/** The floor of a database. On SQLite in a file of its own, so that neither side writes into the other's log. */
export function openFloor({ name, location }: BenchDatabase): Floor {
  if (name === "sqlite") return sqliteFloor(join(dirname(location), "floor.sqlite"));
  return name === "postgres" ? postgresFloor(location) : mariadbFloor(location);
}
