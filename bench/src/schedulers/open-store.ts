import { type KyselyStorage, kyselyStorage } from "@callboard/storage-kysely";
import { containedPool } from "@callboard/test-databases/connect";
import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import type { Place } from "./places.ts";

/** One process's connections to the database, for the storage and for whoever else wants them. */
export interface Store {
  readonly pool: pg.Pool;
  readonly db: Kysely<unknown>;
  readonly storage: KyselyStorage<unknown>;
  close(): Promise<void>;
}

/** Few, because a server's are shared: four workers and a host have them at once. */
const connections = 6;

export function openStore({ database }: Pick<Place, "database">): Store {
  const pool = containedPool({ connectionString: database, max: connections });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, storage: kyselyStorage({ db, dialect: "postgres" }), close: () => db.destroy() };
}
