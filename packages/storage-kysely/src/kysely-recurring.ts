import { type RecurringStore, slotToleranceMs } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "./database.js";
import { insertIfAbsent } from "./insert-if-absent.js";

/** Before every slot that there can be. */
const neverRan = -8_640_000_000_000_000;

export function kyselyRecurring(database: Database): RecurringStore<HostTransaction> {
  const { tables, sql: dialect } = database;
  return {
    claimSlot: (job, slot, options = {}) =>
      database.within(options, async (executor) => {
        const slotMs = slot.getTime();
        await insertIfAbsent(database, executor, tables.recurringJobs, ["name"], {
          name: job,
          last_slot: neverRan,
        });
        // Racing callers wait for each other at the row.
        const { last_slot: last, now } = await executor
          .selectFrom(tables.recurringJobs)
          .select(["last_slot", dialect.now().as("now")])
          .where("name", "=", job)
          .modifyEnd(dialect.forUpdate)
          .executeTakeFirstOrThrow();
        const [lastMs, lateMs] = [Number(last), Number(now) - slotMs];
        if (lastMs >= slotMs) return { type: "over" };
        if (lateMs < -slotToleranceMs) return { type: "ahead", dueInMs: -lateMs };
        await executor
          .updateTable(tables.recurringJobs)
          .set({ last_slot: slotMs })
          .where("name", "=", job)
          .execute();
        return { type: "claimed", previous: lastMs === neverRan ? null : new Date(lastMs), lateMs };
      }),
  };
}
