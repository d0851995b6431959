import type { DriverError } from "./dialect.js";

const codes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ENOENT", // a socket file
  "EPIPE",
  "ETIMEDOUT",
  "PROTOCOL_SEQUENCE_TIMEOUT", // mysql2's query timeout
]);

/** Drivers of both servers say some of it in words only. */
const words =
  /connection (was |has been )?(closed|terminated|lost|ended|discarded)|terminating connection|closed state|not queryable|timeout exceeded when trying to connect|query read timeout|aborted connection|socket (was|has) |no connections available|queue limit reached/i;

/** The network, rather than the database, says no. A server's own words may quote a text that sounds like it. */
export function isConnectionFault(
  { code, message }: DriverError,
  { fromServer }: { readonly fromServer: boolean },
): boolean {
  return codes.has(code) || (!fromServer && words.test(message));
}
