import { createCallboard } from "@callboard/core";
import type { Scheduler } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import type { Kysely, Transaction } from "kysely";
import type { Pool, PoolClient } from "pg";
import { fromKysely, type PgBoss } from "pg-boss";
import { type KnownTransaction, pgBossScheduler } from "../src/index.js";

interface Shop {
  orders: { number: string };
}
declare const db: Kysely<Shop>;
declare const boss: PgBoss;
declare const pool: Pool;
declare const client: PoolClient;
declare const transaction: Transaction<Shop>;

class Unit {
  readonly open = true;
}
declare const unit: Unit;

// What hosts have fits.
pgBossScheduler({ boss });
pgBossScheduler({ boss, queue: "notifications" });
pgBossScheduler({ pool, schema: "jobs" });
pgBossScheduler({ pool: client });

// @ts-expect-error a boss or a pool
pgBossScheduler({});
// @ts-expect-error a boss knows its schema
pgBossScheduler({ boss, schema: "jobs" });
// @ts-expect-error one of them
pgBossScheduler({ boss, pool });
// @ts-expect-error a Kysely is no pool
pgBossScheduler({ pool: db });
// @ts-expect-error a pool is no boss
pgBossScheduler({ boss: pool });

// Transactions that are understood, and one that is not.
const scheduler = pgBossScheduler({ boss });
await scheduler.wake([], new Date(), { transaction });
await scheduler.wake([], new Date(), { transaction: client });
await scheduler.wake([], new Date(), { transaction: fromKysely(transaction) });
// @ts-expect-error nobody knows how to run SQL in it
await scheduler.wake([], new Date(), { transaction: unit });

const ofUnits: Scheduler<Unit> = pgBossScheduler({ boss, executor: (_: Unit) => fromKysely(transaction) });
await ofUnits.wake([], new Date(), { transaction: unit });
// @ts-expect-error another kind than the executor's
await ofUnits.wake([], new Date(), { transaction });
// @ts-expect-error no executor
pgBossScheduler({ boss, executor: (_: Unit) => client });

// The storage's transactions are the scheduler's.
const wiring = { transports: [fakeTransport("chat")], templates: {} } as const;
const storage = kyselyStorage({ db, dialect: "postgres" });
createCallboard({ ...wiring, storage, scheduler });
createCallboard({
  ...wiring,
  storage,
  scheduler: pgBossScheduler({
    pool,
    executor: (trx: KnownTransaction) => fromKysely(trx as Transaction<Shop>),
  }),
});
// @ts-expect-error another storage's transactions
createCallboard({ ...wiring, storage, scheduler: ofUnits });
