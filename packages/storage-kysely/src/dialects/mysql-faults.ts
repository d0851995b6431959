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
  1412: "conflict", // the table was altered after the snapshot
  1040: "unavailable", // too many connections
  1053: "unavailable", // shutdown
  1152: "unavailable", // aborted connection
  1203: "unavailable", // too many connections of this user
  1317: "unavailable", // killed
  1927: "unavailable", // killed
  2002: "unavailable",
  2006: "unavailable", // the server has gone away
  2013: "unavailable", // lost connection
  4031: "unavailable", // idle for too long
  45028: "unavailable", // no connection of the mariadb driver's pool came free
  1054: "not-migrated", // unknown column
  1146: "not-migrated", // no such table
  1176: "not-migrated", // no such index
  1290: "read-only", // started with read_only
  1792: "read-only", // read-only transaction
  1836: "read-only", // read-only mode
  1021: "full", // disk full
  1114: "full", // table full
};

/** EE_WRITE, ER_ERROR_ON_WRITE, ER_GET_ERRNO: the reason is a number of the operating system's. */
const writeErrors = new Set([3, 1026, 1030]);

export function mysqlFaultOf(error: DriverError): StorageFault | null {
  const { code, errno, sqlState, message } = error;
  const known = faults[errno];
  if (known) return known;
  // ENOSPC
  if (writeErrors.has(errno) && /^.*\b28\b/.test(message)) return "full";
  if (sqlState.startsWith("08") || code === "PROTOCOL_CONNECTION_LOST") return "unavailable";
  return isConnectionFault(error, { fromServer: errno > 0 }) ? "unavailable" : null;
}
