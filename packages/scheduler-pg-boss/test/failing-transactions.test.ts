import type { Scheduler } from "@callboard/core/adapter";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { type KnownTransaction, pgBossScheduler } from "../src/index.js";
import { idsIn, inClient } from "./host-transactions.js";
import { hostPool, newQueue, onPostgres, transact } from "./postgres-stage.js";

onPostgres((stage) => {
  /** What goes wrong within the transaction, and what undoes it before the commit. */
  const faults: Record<string, (queue: string) => readonly [fault: string, undo: string, id?: string]> = {
    "the queue is gone": (queue) => [`select pgboss.delete_queue('${queue}')`, "select"],
    "the role may not insert": () => ["set local role pg_monitor", "reset role"],
    "the schema is gone": () => [
      "alter schema pgboss rename to elsewhere",
      "alter schema elsewhere rename to pgboss",
    ],
    "an id cannot be stored": () => ["select", "select", "\0"],
  };

  test.for(Object.keys(faults))("wake() fails and the host's transaction commits when %s", async (name) => {
    const queue = newQueue();
    const scheduler = pgBossScheduler({ pool: stage.pool, queue });
    await knows(scheduler, queue);
    const [fault = "", undo = "", id = "lost"] = faults[name]?.(queue) ?? [];
    let refused = false;
    const committed = await transact(stage, async (transaction) => {
      await sql.raw(fault).execute(transaction);
      await scheduler.wake([id], new Date(), { transaction }).catch(() => {
        refused = true;
      });
      await sql.raw(undo).execute(transaction);
    });
    expect({ refused, committed }).toEqual({ refused: true, committed: true });
    expect(await idsIn(stage, queue)).toEqual([]);
  });

  test("wake() that fails undoes nothing that the same transaction writes at the same time", async () => {
    const queue = newQueue();
    const scheduler = pgBossScheduler({ pool: stage.pool, queue });
    await knows(scheduler, queue);
    const id = crypto.randomUUID();
    await stage.db.transaction().execute(async (transaction) => {
      const write = (part: number) =>
        sql`insert into host_row values (${`${id}-${part}`})`.execute(transaction);
      const wakes = ["\0", "taken", "\0"].map((each) => scheduler.wake([each], new Date(), { transaction }));
      await Promise.allSettled([...wakes, ...Array.from({ length: 20 }, (_, part) => write(part))]);
    });
    const { rows } = await sql`select id from host_row where id like ${`${id}-%`}`.execute(stage.db);
    expect(rows.length).toBe(20);
    expect(await idsIn(stage, queue)).toEqual(["taken"]);
  });

  test("wake() within a transaction gives up on a table that somebody has locked, and the transaction commits", async () => {
    const queue = newQueue();
    const scheduler = pgBossScheduler({ pool: stage.pool, queue });
    await knows(scheduler, queue);
    await inClient(stage, async (locking) => {
      await locking.query("lock table pgboss.job_common in access exclusive mode");
      const committed = await transact(stage, async (transaction) => {
        await sql`set local lock_timeout = '1h'`.execute(transaction);
        await expect(scheduler.wake(["locked"], new Date(), { transaction })).rejects.toThrow(/lock timeout/);
      });
      expect(committed).toBe(true);
    });
  });

  test("wake() within a transaction leaves its settings as they were", async () => {
    const scheduler = pgBossScheduler({ pool: stage.pool, queue: newQueue() });
    await scheduler.wake(["known"], new Date());
    await stage.db.transaction().execute(async (transaction) => {
      await sql`set local lock_timeout = '1h'`.execute(transaction);
      for (const id of ["taken", "\0"]) {
        await scheduler.wake([id], new Date(), { transaction }).catch(() => "this one cannot be stored");
        const { rows } = await sql`select current_setting('lock_timeout') as patience`.execute(transaction);
        expect(rows).toEqual([{ patience: "1h" }]);
      }
    });
  });

  test("wake() within the only connection's transaction does not wait for itself", async () => {
    const queue = newQueue();
    const only = hostPool(stage.url, 1);
    const scheduler = pgBossScheduler({ pool: only, queue });
    const wakeWithin = async () => {
      const client = await only.connect();
      await client.query("begin");
      const refusal = await scheduler.wake(["a"], new Date(), { transaction: client }).catch(String);
      await client.query("commit");
      client.release();
      return refusal;
    };
    expect(await wakeWithin()).toMatch(/not known yet/);
    await knows(scheduler, queue);
    expect(await wakeWithin()).toBeUndefined();
    await only.end();
  });

  /** What a process knows after its first wake-up. */
  async function knows(scheduler: Scheduler<KnownTransaction>, queue: string): Promise<void> {
    await scheduler.wake(["known"], new Date());
    await sql`delete from pgboss.job where name = ${queue}`.execute(stage.db);
  }
});
