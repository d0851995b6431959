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
]);

/** Drivers of both servers say some of it in words only. */
const words =
  /connection (was |has been )?(closed|terminated|lost|ended|discarded)|terminating connection|closed state|not queryable|timeout exceeded when trying to connect|aborted connection|socket (was|has) /i;

/** The network, rather than the database, says no. */
export function isConnectionFault({ code, message }: DriverError): boolean {
  return codes.has(code) || words.test(message);
}
