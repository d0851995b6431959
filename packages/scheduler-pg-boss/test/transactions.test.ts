import type { Scheduler } from "@callboard/core/adapter";
import type { PoolClient } from "pg";
import { expect, test } from "vitest";
import { executorOfPg } from "../src/executor-of.js";
import { pgBossScheduler, type SqlExecutor } from "../src/index.js";
import { idsIn, inClient } from "./host-transactions.js";
import { newQueue, onPostgres } from "./postgres-stage.js";

onPostgres((stage) => {
  /** A host's transaction of some kind: runs `work` in it, then commits or rolls back. */
  type Transact = (work: (scheduler: Scheduler<never>, transaction: never) => Promise<void>) => Promise<void>;

  const kinds: Record<string, (queue: string) => Transact> = {
    "of Kysely": (queue) => (work) => {
      const scheduler = pgBossScheduler({ pool: stage.pool, queue });
      return stage.db.transaction().execute((transaction) => work(scheduler, transaction as never));
    },
    "of a pg client": (queue) => (work) =>
      inClient(stage, (client) => work(pgBossScheduler({ pool: stage.pool, queue }), client as never)),
    "that has executeSql": (queue) => (work) =>
      inClient(stage, (client) =>
        work(pgBossScheduler({ pool: stage.pool, queue }), executorOfPg(client) as never),
      ),
    "of another kind, through an executor": (queue) => (work) =>
      inClient(stage, (client) => {
        const executor = ({ wrapped }: { wrapped: PoolClient }) => withoutParameters(executorOfPg(wrapped));
        return work(pgBossScheduler({ pool: stage.pool, queue, executor }), { wrapped: client } as never);
      }),
  };

  test.for(Object.keys(kinds))(
    "wake() within a transaction %s commits with it, or not at all",
    async (kind) => {
      const queue = newQueue();
      const inTransaction = kinds[kind]?.(queue) as Transact;
      const wake = (scheduler: Scheduler<never>, transaction: never) =>
        scheduler.wake(["it's $1", 'a "b" \\ c'], new Date(), { transaction });
      await expect(
        inTransaction(async (scheduler, transaction) => {
          await wake(scheduler, transaction);
          throw new Error("roll back");
        }),
      ).rejects.toThrow("roll back");
      expect(await idsIn(stage, queue)).toEqual([]);
      await inTransaction(wake);
      expect(await idsIn(stage, queue)).toEqual(["it's $1", 'a "b" \\ c']);
    },
  );

  test("wake() within a transaction of an unknown kind names the option that it needs", async () => {
    const scheduler = pgBossScheduler({ pool: stage.pool, queue: newQueue() });
    await expect(scheduler.wake(["a"], new Date(), { transaction: {} as never })).rejects.toThrow(
      /pgBossScheduler\.executor/,
    );
  });

  /** Some clients read parameters their own way, wherever a dollar stands. */
  function withoutParameters(executor: SqlExecutor): SqlExecutor {
    return {
      executeSql: async (text, values) => {
        if (/\$\d/.test(text)) throw new Error("It has a parameter.");
        return executor.executeSql(text, values);
      },
    };
  }
});
