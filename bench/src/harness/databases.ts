import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { type Dialect, Kysely, type LogEvent, MysqlDialect, PostgresDialect, sql } from "kysely";
import { createPool } from "mysql2";
import pg from "pg";
import { type BenchArguments, isWanted } from "./arguments.ts";
import type { Report } from "./report.ts";

export type DatabaseName = "sqlite" | "postgres" | "mariadb";

/** An empty database of the benchmark's own. */
export interface BenchDatabase {
  readonly name: DatabaseName;
  /** Where to find it, in this process or another one: a file, or a URL. */
  readonly location: string;
}

/** What Callboard calls each database. */
export const dialectOf = { sqlite: "sqlite", postgres: "postgres", mariadb: "mysql" } as const;

const serverUrls = {
  postgres: process.env.CALLBOARD_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres",
  mariadb: process.env.CALLBOARD_MARIADB_URL ?? "mysql://root@127.0.0.1:3306/test",
};

/** Opens a Kysely on a database, as a host would. */
export function connect({ name, location }: BenchDatabase, log?: (event: LogEvent) => void): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: kyselyDialect(name, location), ...(log && { log }) });
}

/**
 * Runs `work` with a fresh database, and drops it afterwards, also when `work` fails or Ctrl-C is pressed. Of a server
 * that cannot be reached it says so, and `work` is left out.
 */
export async function withDatabase(
  name: DatabaseName,
  report: Report,
  work: (database: BenchDatabase) => Promise<void>,
): Promise<void> {
  const opened = await open(name, report);
  if (!opened) return;
  const stopWatching = onInterrupt(opened.drop);
  try {
    await work(opened.database);
  } finally {
    stopWatching();
    await opened.drop();
  }
}

/** The databases that parts of this benchmark were asked for. */
export function wantedDatabases(args: BenchArguments, parts: readonly string[]): DatabaseName[] {
  const names: DatabaseName[] = ["sqlite", "postgres", "mariadb"];
  return names.filter((name) => parts.some((part) => isWanted(args, `${name} ${part}`)));
}

interface Opened {
  readonly database: BenchDatabase;
  readonly drop: () => Promise<void>;
}

async function open(name: DatabaseName, report: Report): Promise<Opened | null> {
  if (name === "sqlite") return openFile();
  try {
    return await openOnServer(name, serverUrls[name]);
  } catch (error) {
    const variable = `CALLBOARD_${name.toUpperCase()}_URL`;
    report.note(
      `${name} is left out, because it cannot be reached (${String(error)}). Start it, or set ${variable}.`,
    );
    return null;
  }
}

function openFile(): Opened {
  const folder = mkdtempSync(join(tmpdir(), "callboard-bench-"));
  return {
    database: { name: "sqlite", location: join(folder, "bench.sqlite") },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function openOnServer(name: "postgres" | "mariadb", serverUrl: string): Promise<Opened> {
  const database = `callboard_bench_${randomBytes(4).toString("hex")}`;
  const onServer = async (work: (server: Kysely<unknown>) => Promise<unknown>) => {
    const server = connect({ name, location: serverUrl });
    try {
      await work(server);
    } finally {
      await server.destroy();
    }
  };
  await onServer((server) => sql.raw(`create database ${database}`).execute(server));
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return {
    database: { name, location: url.href },
    drop: () => onServer((server) => dropForced[name](server, database)),
  };
}

/** Ends what still runs in the database, or dropping it would wait for that. */
const dropForced = {
  async postgres(server: Kysely<unknown>, database: string) {
    await sql.raw(`drop database if exists ${database} with (force)`).execute(server);
  },
  async mariadb(server: Kysely<unknown>, database: string) {
    const { rows } = await sql<{ id: number }>`
      select id from information_schema.processlist where db = ${database}`.execute(server);
    // One of them may have ended by itself meanwhile.
    for (const { id } of rows)
      await sql
        .raw(`kill ${Number(id)}`)
        .execute(server)
        .catch(() => {});
    await sql.raw(`drop database if exists ${database}`).execute(server);
  },
};

function kyselyDialect(name: DatabaseName, location: string): Dialect {
  if (name === "sqlite") return nodeSqliteDialect({ file: location });
  if (name === "mariadb") return new MysqlDialect({ pool: createPool({ uri: location }) });
  const pool = new pg.Pool({ connectionString: location });
  // Without a listener, a connection that the server ends would end the process.
  pool.on("error", () => {});
  return new PostgresDialect({ pool });
}

function onInterrupt(cleanUp: () => Promise<void>): () => void {
  const interrupt = () => {
    cleanUp().finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  };
}
