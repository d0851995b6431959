import { createCallboard, defineTemplate } from "@callboard/core";
import { bullmqScheduler } from "@callboard/scheduler-bullmq";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { pgBossScheduler } from "@callboard/scheduler-pg-boss";
import { kyselyStorage } from "@callboard/storage-kysely";
import { fakeTransport } from "@callboard/testing";
import { Redis } from "ioredis";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const pool = new Pool();
const db = new Kysely<{ orders: { number: string } }>({ dialect: new PostgresDialect({ pool }) });

/** All of a host that does not change with its scheduler. */
const host = {
  storage: kyselyStorage({ db, dialect: "postgres" }),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
} as const;

const inProcess = createCallboard({ ...host, scheduler: inProcessScheduler() });
const onRedis = createCallboard({ ...host, scheduler: bullmqScheduler({ connection: new Redis() }) });
const onPostgres = createCallboard({ ...host, scheduler: pgBossScheduler({ pool }) });

// One line changes, and nothing that the host calls.
holds<Equal<typeof inProcess, typeof onRedis>>();
holds<Equal<typeof inProcess, typeof onPostgres>>();
