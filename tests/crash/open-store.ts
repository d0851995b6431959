import type { Clock, Storage } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { connect } from "@callboard/test-databases/connect";
import { Kysely, type LogConfig, type Transaction } from "kysely";

export type CrashStorage = Storage<Transaction<unknown>> & Required<Pick<Storage, "migrate">>;

/** A storage in a database that several processes share, and the way past it. */
export interface OpenStore {
  readonly storage: CrashStorage;
  readonly db: Kysely<unknown>;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** Sees each statement once it has run. */
  readonly log?: LogConfig;
  /** What SQLite's rows are timed by. @default the machine's */
  readonly clock?: Clock;
}

/** @param location - A server's url, or SQLite's file. */
export function openStore(location: string, { log, clock }: OpenStoreOptions = {}): OpenStore {
  const isServer = /^(postgres|mysql):/.test(location);
  const { db, dialect } = isServer
    ? connect(location, { connections: 3, ...(log && { log }) })
    : {
        db: new Kysely<unknown>({
          dialect: nodeSqliteDialect({ file: location, busyTimeoutMs: 20_000 }),
          ...(log && { log }),
        }),
        dialect: "sqlite" as const,
      };
  const storage = kyselyStorage<unknown>({ db, dialect, ...(clock && { clock }) });
  return { storage, db, close: () => db.destroy() };
}
