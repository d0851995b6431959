import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mariadb, postgres } from "@callboard/test-databases";

export type StoreName = "SQLite" | "PostgreSQL" | "MariaDB";

/** A kind of database that outlives the process that uses it. */
export interface CrashStore {
  readonly name: StoreName;
  /** Why it cannot be used here; `null` when it can. */
  readonly absent: string | null;
  /** Makes an empty database, each time a new one. */
  readonly open: () => Promise<{ readonly location: string; readonly drop: () => Promise<void> }>;
}

/** Memory is not among them: it ends with its process, and with it everything that a crash could leave. */
export const stores: readonly CrashStore[] = [
  {
    name: "SQLite",
    absent: null,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), "callboard-crash-"));
      const drop = async () => rmSync(folder, { recursive: true, force: true });
      return { location: join(folder, "callboard.sqlite"), drop };
    },
  },
  ...[
    { name: "PostgreSQL" as const, database: postgres },
    { name: "MariaDB" as const, database: mariadb.mysql2 },
  ].map(({ name, database }) => ({
    name,
    absent: database.absent,
    async open() {
      const { url, close } = await database.open({ connections: 1 });
      return { location: url, drop: close };
    },
  })),
];

/** @throws {Error} It is not here. */
export function storeOf(name: StoreName): CrashStore {
  const store = stores.find((one) => one.name === name);
  if (!store || store.absent !== null) throw new Error(`${name} is not here: ${store?.absent}`);
  return store;
}
