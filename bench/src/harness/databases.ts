import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
 *
 * @returns Whether the database could be reached.
 */
export async function withDatabase(
  name: DatabaseName,
  report: Report,
  work: (database: BenchDatabase) => Promise<void>,
): Promise<boolean> {
  const database = await open(name, report);
  if (!database) return false;
  const stopWatching = dropOnInterrupt(database);
  try {
    await work(database);
  } finally {
    stopWatching();
    await drop(database);
  }
  return true;
}

/** Drops a database when Ctrl-C is pressed, whoever made it. Returns what ends that. */
export function dropOnInterrupt(database: BenchDatabase): () => void {
  const interrupt = () => {
    drop(database).finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  };
}

/** The databases that parts of this benchmark were asked for. */
export function wantedDatabases(args: BenchArguments, parts: readonly string[]): DatabaseName[] {
  const names: DatabaseName[] = ["sqlite", "postgres", "mariadb"];
  return names.filter((name) => parts.some((part) => isWanted(args, `${name} ${part}`)));
}

async function open(name: DatabaseName, report: Report): Promise<BenchDatabase | null> {
  if (name === "sqlite") {
    const folder = mkdtempSync(join(tmpdir(), "callboard-bench-"));
    return { name, location: join(folder, "bench.sqlite") };
  }
  try {
    const database = `callboard_bench_${randomBytes(4).toString("hex")}`;
    await onServer(name, (server) => sql.raw(`create database ${database}`).execute(server));
    const url = new URL(serverUrls[name]);
    url.pathname = `/${database}`;
    return { name, location: url.href };
  } catch (error) {
    const variable = `CALLBOARD_${name.toUpperCase()}_URL`;
    report.note(
      `${name} is left out, because it cannot be reached (${String(error)}). Start it, or set ${variable}.`,
    );
    return null;
  }
}

/** A file goes with its folder. */
async function drop({ name, location }: BenchDatabase): Promise<void> {
  if (name === "sqlite") return rmSync(dirname(location), { recursive: true, force: true });
  const database = new URL(location).pathname.slice(1);
  await onServer(name, (server) => dropForced[name](server, database));
}

async function onServer(
  name: keyof typeof serverUrls,
  work: (server: Kysely<unknown>) => Promise<unknown>,
): Promise<void> {
  const server = connect({ name, location: serverUrls[name] });
  try {
    await work(server);
  } finally {
    await server.destroy();
  }
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
