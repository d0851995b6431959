import type { Clock } from "@callboard/core/adapter";
import { onTestFinished } from "vitest";
import * as engine from "./engine-storages.js";

/** A kind of storage that every behaviour is tested on. */
export interface StorageKind {
  readonly name: string;
  /** A new, empty one, timed by `clock`; closed when the test ends. */
  readonly open: (clock: Clock) => Promise<engine.EngineStorage>;
}

export const storages: readonly StorageKind[] = engine.storageKinds.map(({ name, open }) => ({
  name,
  async open(clock) {
    const { storage, close } = await open(clock);
    onTestFinished(close);
    return storage;
  },
}));

/** A storage in a database that the host has tables in, too; closed when the test ends. */
export async function openSqlite(clock: Clock) {
  const { db, storage, close } = await engine.openSqlite(":memory:", clock);
  onTestFinished(close);
  return { db, storage };
}
