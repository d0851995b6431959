import type { StorageFault } from "@callboard/core/adapter";
import { isConnectionFault } from "./connection-faults.js";
import type { DriverError } from "./dialect.js";

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const faults: Readonly<Record<string, StorageFault>> = {
  "40001": "conflict", // serialization_failure
  "40P01": "conflict", // deadlock_detected
  "55P03": "conflict", // lock_not_available
  "23505": "conflict", // unique_violation: somebody wrote between our look and our write
  "53300": "unavailable", // too_many_connections
  "57P01": "unavailable", // admin_shutdown
  "57P02": "unavailable", // crash_shutdown
  "57P03": "unavailable", // cannot_connect_now
  "25P03": "unavailable", // idle_in_transaction_session_timeout
  "57P05": "unavailable", // idle_session_timeout
  "42P01": "not-migrated", // undefined_table
  "42703": "not-migrated", // undefined_column
  "3F000": "not-migrated", // invalid_schema_name
  "25006": "read-only", // read_only_sql_transaction
  "53100": "full", // disk_full
};

export function postgresFaultOf(error: DriverError): StorageFault | null {
  const { code } = error;
  const known = faults[code];
  if (known) return known;
  // Class 08: connection exceptions.
  if (code.startsWith("08")) return "unavailable";
  return isConnectionFault(error, { fromServer: code !== "" }) ? "unavailable" : null;
}
