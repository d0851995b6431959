import type { StorageFault } from "@callboard/core/adapter";
import { isConnectionFault } from "./connection-faults.js";
import type { DriverError } from "./dialect.js";

/**
 * @see https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
 * @see https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
const faults: Readonly<Record<number, StorageFault>> = {
  1062: "conflict", // duplicate entry: somebody wrote between our look and our write
  1020: "conflict", // the row has changed since the snapshot
  1205: "conflict", // waited too long for a lock
  1213: "conflict", // deadlock
  1040: "unavailable", // too many connections
  1053: "unavailable", // shutdown
  1152: "unavailable", // aborted connection
  1317: "unavailable", // killed
  1927: "unavailable", // killed
  2002: "unavailable",
  2006: "unavailable", // the server has gone away
  2013: "unavailable", // lost connection
  4031: "unavailable", // idle for too long
  1054: "not-migrated", // unknown column
  1146: "not-migrated", // no such table
  1290: "read-only", // started with read_only
  1792: "read-only", // read-only transaction
  1836: "read-only", // read-only mode
  1021: "full", // disk full
  1114: "full", // table full
};

export function mysqlFaultOf(error: DriverError): StorageFault | null {
  const connection = error.sqlState.startsWith("08") || error.code === "PROTOCOL_CONNECTION_LOST";
  return connection || isConnectionFault(error) ? "unavailable" : (faults[error.errno] ?? null);
}
