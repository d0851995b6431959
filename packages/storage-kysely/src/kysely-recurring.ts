import type { RecurringStore } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "./database.js";

export function kyselyRecurring(database: Database): RecurringStore<HostTransaction> {
  const { recurringJobs } = database.tables;
  return {
    async claimSlot(job, slot, options) {
      const lastSlot = slot.getTime();
      const { numInsertedOrUpdatedRows } = await database
        .on(options)
        .insertInto(recurringJobs)
        .values({ name: job, last_slot: lastSlot })
        .onConflict((conflict) =>
          conflict
            .column("name")
            .doUpdateSet({ last_slot: lastSlot })
            .where(`${recurringJobs}.last_slot`, "<", lastSlot),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
