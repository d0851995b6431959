import type { RecurringStore } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "./database.js";
import { insertIfAbsent } from "./insert-if-absent.js";

/** Before every slot that there can be. */
const neverRan = -8_640_000_000_000_000;

export function kyselyRecurring(database: Database): RecurringStore<HostTransaction> {
  const { recurringJobs } = database.tables;
  return {
    claimSlot: (job, slot, options = {}) =>
      database.within(options, async (executor) => {
        // The row first, so that racing callers wait for each other at it.
        await insertIfAbsent(database, executor, recurringJobs, ["name"], { name: job, last_slot: neverRan });
        const { numUpdatedRows } = await executor
          .updateTable(recurringJobs)
          .set({ last_slot: slot.getTime() })
          .where("name", "=", job)
          .where("last_slot", "<", slot.getTime())
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),
  };
}
