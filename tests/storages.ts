import type { Clock } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { mariadb, type OpenDatabase, postgres, type TestDatabase } from "@callboard/test-databases";
import { afterAll, onTestFinished } from "vitest";
import * as engine from "./engine-storages.js";

/** A kind of storage that every behaviour is tested on. */
export interface StorageKind {
  readonly name: string;
  /** A new, empty one, timed by `clock`; closed when the test ends. */
  readonly open: (clock: Clock) => Promise<engine.EngineStorage>;
}

/** Those without a server, for the many tests of what never depends on the storage. */
export const embedded = engine.storageKinds.map(
  ({ name, open }): StorageKind => ({
    name,
    async open(clock) {
      const { storage, close } = await open(clock);
      onTestFinished(close);
      return storage;
    },
  }),
);

export const storages: readonly StorageKind[] = [
  ...embedded,
  ...[postgres, mariadb.mysql2].flatMap(onServer),
];

/** One database for all tests of a file, emptied for each of them. */
function onServer({ name, dialect, absent, open }: TestDatabase): StorageKind[] {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: the tests on ${name}.`);
    return [];
  }
  const time: { clock: Pick<Clock, "now"> } = { clock: { now: () => new Date() } };
  let opening: Promise<OpenDatabase> | undefined;
  const migrated = async () => {
    const database = await open({ clock: { now: () => time.clock.now() } });
    await kyselyStorage({ db: database.db, dialect }).migrate();
    return database;
  };
  afterAll(async () => (await opening)?.close());
  return [
    {
      name,
      async open(clock) {
        time.clock = clock;
        opening ??= migrated();
        const { db, empty } = await opening;
        await empty();
        return kyselyStorage({ db, dialect }) as engine.EngineStorage;
      },
    },
  ];
}

/** A storage in a database that the host has tables in, too; closed when the test ends. */
export async function openSqlite(clock: Clock) {
  const { db, storage, close } = await engine.openSqlite(":memory:", clock);
  onTestFinished(close);
  return { db, storage };
}
