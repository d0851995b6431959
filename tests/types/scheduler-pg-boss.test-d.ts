import { createCallboard } from "@callboard/core";
import { pgBossScheduler } from "@callboard/scheduler-pg-boss";
import { kyselyStorage } from "@callboard/storage-kysely";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport } from "@callboard/testing";
import type { Kysely } from "kysely";
import type { Pool } from "pg";

declare const db: Kysely<{ orders: { number: string } }>;
declare const pool: Pool;

const wiring = { transports: [fakeTransport("chat")], templates: {} } as const;

createCallboard({
  ...wiring,
  storage: kyselyStorage({ db, dialect: "postgres" }),
  scheduler: pgBossScheduler({ pool }),
});

// @ts-expect-error pg-boss cannot take part in a transaction of the memory
createCallboard({ ...wiring, storage: memoryStorage(), scheduler: pgBossScheduler({ pool }) });
