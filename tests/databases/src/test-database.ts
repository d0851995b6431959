import type { Kysely, LogConfig } from "kysely";

/** A kind of database that tests may use. */
export interface TestDatabase {
  readonly name: string;
  readonly dialect: "postgres" | "mysql";
  /** Why it cannot be used here; `null` when it can. Where services are required it is never left out. */
  readonly absent: string | null;
  readonly open: (options?: OpenOptions) => Promise<OpenDatabase>;
}

export interface OpenOptions {
  /** By what the database tells the time. @default its own clock */
  readonly clock?: { now(): Date };
  /** Connections at most. @default 10 */
  readonly connections?: number;
  /** Sees every statement. */
  readonly log?: LogConfig;
  /** What each new connection begins with, for example `set time_zone = '+05:30'`. Asked for each of them. */
  readonly session?: () => readonly string[];
}

export interface OpenDatabase {
  // biome-ignore lint/suspicious/noExplicitAny: tests decide what tables they see.
  readonly db: Kysely<any>;
  /** Where another process, or another library, finds the same database. */
  readonly url: string;
  /** Deletes every row, for the next test. */
  readonly empty: () => Promise<void>;
  /** Ends all connections and drops the database. */
  readonly close: () => Promise<void>;
}

/** Tries a service; on a machine where services are required, its absence is a failure. */
export async function absence(
  what: string,
  hint: string,
  connect: () => Promise<unknown>,
): Promise<string | null> {
  try {
    await connect();
    return null;
  } catch (error) {
    if (process.env.CALLBOARD_REQUIRE_SERVICES === "1")
      throw new Error(`${what} is required here and cannot be reached. ${hint}`, { cause: error });
    return `${what} cannot be reached. ${hint}`;
  }
}

export function newDatabaseName(): string {
  return `callboard_test_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}
