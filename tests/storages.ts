import type { Clock, Storage } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { memoryStorage } from "@callboard/storage-memory";
import { Kysely } from "kysely";
import { onTestFinished } from "vitest";

/** A kind of storage that every behaviour is tested on. */
export interface StorageKind {
  readonly name: string;
  /** A new, empty one, timed by `clock`; closed when the test ends. */
  readonly open: (clock: Clock) => Promise<Storage>;
}

export const storages: readonly StorageKind[] = [
  { name: "memory", open: async (clock) => memoryStorage({ clock }) },
  { name: "SQLite", open: async (clock) => (await openSqlite(clock)).storage },
];

/** A storage in a database that the host has tables in, too. */
export async function openSqlite(clock: Clock) {
  const db = new Kysely<HostTables>({ dialect: nodeSqliteDialect({ file: ":memory:" }) });
  onTestFinished(() => db.destroy());
  const storage = kyselyStorage({ db, dialect: "sqlite", clock });
  await storage.migrate?.();
  return { db, storage };
}

export interface HostTables {
  readonly orders: { readonly number: string };
}
