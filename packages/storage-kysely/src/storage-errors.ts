import { CallboardError, StorageError, type StorageFault } from "@callboard/core/adapter";
import type { DialectSql, DriverError } from "./dialects/dialect.js";

/** What to do about each fault, behind the code that the database gave. */
const cures: Record<StorageFault, string> = {
  conflict: "Another transaction was in the way, and this one was undone. Repeat the call.",
  unavailable:
    "The database was not reached, or the connection broke; nothing of an open transaction is left. Look after the database, then repeat the call; no restart is needed.",
  "outcome-unknown":
    "The connection broke during the commit, so nobody knows whether it took effect. Repeat the call; one that queues, under the same idempotencyKey: whoever was queued is not queued again.",
  "not-migrated":
    "A table or a column of Callboard's is missing. Run `await storage.migrate()` at deploy, with the same prefix and schema.",
  "newer-schema": "The database was migrated by a newer Callboard. Deploy that one.",
  "read-only":
    "The database takes no writes. Connect to the primary, or give the file and its folder write permission.",
  full: "The database has no space left. Free some; what is unfinished goes on by itself.",
  unexpected: "The database refused a statement. The cause says why.",
};

/** The driver's error in Callboard's words; Callboard's own errors, and what is no driver's error, as they are. */
export function asStorageError(
  error: unknown,
  dialect: Pick<DialectSql, "faultOf">,
  { isCommit = false } = {},
): unknown {
  if (error instanceof CallboardError || StorageError.is(error)) return error;
  const driverError = readDriverError(error, isCommit);
  if (driverError === null) return error;
  const found = dialect.faultOf(driverError) ?? "unexpected";
  const fault = isCommit && found === "unavailable" ? "outcome-unknown" : found;
  const code = driverError.code || String(driverError.errno || driverError.errcode || "no code");
  return new StorageError(fault, `${cures[fault]} (${code})`, { cause: withoutValues(error, driverError) });
}

export function storageError(fault: StorageFault, detail: string): StorageError {
  return new StorageError(fault, `${detail} ${cures[fault]}`);
}

/** Nobody's code runs during a commit, so that whatever fails is the driver's. */
function readDriverError(error: unknown, isCommit: boolean): DriverError | null {
  if (!(error instanceof Error)) return null;
  const { code, errno, errcode, sqlState } = error as Error & Partial<Record<keyof DriverError, unknown>>;
  const isDrivers = [code, errno, errcode, sqlState].some((value) => value !== undefined);
  // Kysely and some drivers say in plain words that a connection is gone, or that there is none.
  if (!isDrivers && !isCommit && !/connect|driver|queue limit|query read timeout/i.test(error.message))
    return null;
  return {
    message: error.message,
    code: typeof code === "string" ? code : "",
    errno: typeof errno === "number" ? errno : 0,
    errcode: typeof errcode === "number" ? errcode : 0,
    sqlState: typeof sqlState === "string" ? sqlState : "",
  };
}

/**
 * Drivers put the statement, its parameters and rows that collide on their errors: texts and phone numbers, which
 * must not reach a log. What stays is what the database said, up to where it begins to quote.
 */
function withoutValues(error: unknown, { message, code, errno, sqlState }: DriverError): Error {
  const [firstLine = ""] = message.split("\n");
  const clean = new Error(firstLine.replace(quotesNames.test(code) ? /'.*/ : /['"].*/, "…"));
  if (error instanceof Error) {
    clean.name = error.name;
    clean.stack = [`${clean.name}: ${clean.message}`, ...placesOf(error)].join("\n");
  }
  return Object.assign(clean, code && { code }, errno && { errno }, sqlState && { sqlState });
}

/** SQLSTATEs of PostgreSQL's at which it quotes constraints, tables and columns; elsewhere it quotes values. */
const quotesNames = /^(23\d{3}|42P\d\d|427\d\d)$/;

/** The lines of a stack behind the message: a text of several lines may look like a place. */
function placesOf({ message, stack = "" }: Error): string[] {
  const begin = stack.indexOf(message);
  if (begin === -1) return [];
  return stack
    .slice(begin + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
}
