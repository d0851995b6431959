import type { Clock, Storage } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { memoryStorage } from "@callboard/storage-memory";
import { Kysely } from "kysely";

/** What the engine needs of a storage; which transaction it has does not matter to it. */
export type EngineStorage = Storage<unknown>;

export interface OpenedStorage {
  readonly storage: EngineStorage;
  readonly close: () => Promise<void>;
}

export interface StorageKind {
  readonly name: string;
  /** An empty storage that goes by `clock`. */
  readonly open: (clock: Clock) => Promise<OpenedStorage>;
}

/** Every promise of the engine holds on each of these. */
export const storageKinds: readonly StorageKind[] = [
  {
    name: "memory",
    open: async (clock) => ({ storage: memoryStorage({ clock }) as EngineStorage, close: async () => {} }),
  },
  {
    name: "SQLite",
    async open(clock) {
      const { storage, close } = await openSqlite(":memory:", clock);
      return { storage: storage as EngineStorage, close };
    },
  },
];

/** A storage in a database that the host has tables in, too. */
export async function openSqlite(file: string, clock?: Clock) {
  const db = new Kysely<HostTables>({ dialect: nodeSqliteDialect({ file }) });
  const storage = kyselyStorage({ db, dialect: "sqlite", ...(clock && { clock }) });
  await storage.migrate();
  return { db, storage, close: () => db.destroy() };
}

export interface HostTables {
  readonly orders: { readonly number: string };
}
