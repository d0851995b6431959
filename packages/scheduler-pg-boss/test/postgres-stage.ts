import { postgres } from "@callboard/test-databases";
import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe } from "vitest";

/** One database with pg-boss's tables for all tests of a file, because to make them takes a second. */
export interface PostgresStage {
  readonly url: string;
  readonly db: Kysely<unknown>;
  /** As every host makes it; 10 connections. */
  readonly pool: pg.Pool;
}

/** Tests that need a PostgreSQL; the stage is set when they run. */
export function onPostgres(define: (stage: PostgresStage) => void): void {
  const { absent } = postgres;
  if (absent !== null) console.log(`Left out, because ${absent}: pg-boss.`);
  describe.skipIf(absent !== null)("on PostgreSQL", () => {
    const stage = {} as { -readonly [Part in keyof PostgresStage]: PostgresStage[Part] };
    let close = async () => {};
    beforeAll(async () => {
      ({ db: stage.db, url: stage.url, close } = await postgres.open({ connections: 8 }));
      stage.pool = hostPool(stage.url, 10);
      const boss = await startedBoss(stage.url);
      await boss.stop({ graceful: false });
      await sql`create table host_row (id text primary key)`.execute(stage.db);
    });
    afterAll(async () => {
      await stage.pool.end();
      await close();
    });
    define(stage);
  });
}

/** A host's own boss. */
export async function startedBoss(url: string, options: { useListenNotify?: boolean } = {}): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max: 2, ...options });
  boss.on("error", () => "what tests look for, they look for elsewhere");
  await boss.start();
  return boss;
}

/** As every host makes it. */
export function hostPool(url: string, max = 2): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  const ignore = () => undefined;
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return pool;
}

export function newQueue(): string {
  return `test-${crypto.randomUUID()}`;
}

/** A row of the host's, written before `work`; tells whether it is there after the commit. */
export async function transact(
  { db }: PostgresStage,
  work: (transaction: Transaction<unknown>) => Promise<void>,
): Promise<boolean> {
  const id = crypto.randomUUID();
  await db.transaction().execute(async (transaction) => {
    await sql`insert into host_row values (${id})`.execute(transaction);
    await work(transaction);
  });
  const { rows } = await sql`select 1 from host_row where id = ${id}`.execute(db);
  return rows.length === 1;
}
