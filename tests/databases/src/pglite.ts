import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { empty } from "./empty.ts";
import { clockSearchPath, createClock, setClock } from "./postgres-clock.ts";
import type { OpenDatabase, OpenOptions, TestDatabase } from "./test-database.ts";

/** PostgreSQL inside this process, with one connection: for machines without a server. */
export const pglite: TestDatabase = { name: "PGlite", dialect: "postgres", absent: null, open };

async function open({ clock, log }: OpenOptions = {}): Promise<OpenDatabase> {
  const database = await PGlite.create();
  if (clock) await database.exec(`${createClock} set search_path = ${clockSearchPath};`);
  const atItsTime = async () => {
    if (clock) await database.exec(setClock(clock.now()));
  };
  const db = new Kysely({
    ...(log && { log }),
    dialect: new PGliteDialect({
      pglite: {
        waitReady: database.waitReady,
        get ready() {
          return database.ready;
        },
        get closed() {
          return database.closed;
        },
        close: () => database.close(),
        async query(...parameters) {
          await atItsTime();
          return database.query(...parameters);
        },
        async transaction(work) {
          await atItsTime();
          return database.transaction(work);
        },
      },
    }),
  });
  return { db, url: "memory://", empty: () => empty(db, "postgres"), close: () => db.destroy() };
}
