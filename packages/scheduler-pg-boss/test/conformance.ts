import { realTime, runnerOf, schedulerConformance } from "@callboard/testing/conformance";
import { sql } from "kysely";
import { test, vi } from "vitest";
import { tcpProxy } from "../../../tests/experiments/tcp-proxy.js";
import { type PgBossSchedulerOptions, pgBossScheduler } from "../src/index.js";
import { newQueue, onPostgres, transact } from "./postgres-stage.js";

/** What a host gives, connected through a proxy. */
export type Connect = (url: string) => Promise<{
  readonly given: Pick<PgBossSchedulerOptions, never> & Partial<PgBossSchedulerOptions>;
  readonly close: () => Promise<void>;
}>;

export function pgBossConformance(connect: Connect): void {
  vi.setConfig({ maxConcurrency: 12 });
  onPostgres((stage) => {
    schedulerConformance(runnerOf(test.concurrent), {
      open: async () => {
        const queue = newQueue();
        const proxy = await tcpProxy(stage.url);
        const { given, close } = await connect(proxy.url);
        const options = { ...given, queue } as PgBossSchedulerOptions;
        return {
          scheduler: pgBossScheduler(options),
          time: realTime,
          ...{ queue, proxy, options },
          close: async () => {
            await close();
            await proxy.close();
          },
        };
      },
      capabilities: { transactionalWake: true, wakesOtherProcesses: true, sharedPacing: false },
      latenessMs: 5_000,
      recoversWithinMs: 5_000,
      another: async ({ options }) => pgBossScheduler(options),
      transact: (_, work) => transact(stage, work),
      loseQueue: async ({ queue }) => {
        await sql`delete from pgboss.job where name = ${queue}`.execute(stage.db);
        await sql`select pgboss.delete_queue(${queue})`.execute(stage.db);
      },
      wipe: async ({ queue }) => {
        await sql`delete from pgboss.job where name = ${queue}`.execute(stage.db);
      },
      disturb: async ({ queue }) => {
        for (const data of [
          null,
          7,
          "x",
          [],
          {},
          { v: 0, id: "old" },
          { v: 2, ids: ["new"] },
          { v: 1, ids: [1] },
        ]) {
          await sql`insert into pgboss.job (name, data) values (${queue}, ${JSON.stringify(data)}::jsonb)`.execute(
            stage.db,
          );
        }
      },
      cutOff: async ({ proxy }) => {
        await proxy.refuse();
        return () => proxy.accept();
      },
    });
  });
}
