import { type RecurringStore, type SlotClaim, slotToleranceMs } from "@callboard/core/adapter";
import type { Kysely } from "kysely";
import type { Database, HostTransaction } from "./database.js";
import { insertIfAbsent } from "./insert-if-absent.js";
import type { Tables } from "./schema.js";

/** Before every slot that there can be. */
const neverRan = -8_640_000_000_000_000;

export function kyselyRecurring(database: Database): RecurringStore<HostTransaction> {
  const { tables, sql: dialect } = database;
  return {
    claimSlot: (job, slot, options = {}) =>
      database.within(options, async (executor) => {
        const slotMs = slot.getTime();
        // The row first, so that racing callers wait for each other at it.
        await insertIfAbsent(database, executor, tables.recurringJobs, ["name"], {
          name: job,
          last_slot: neverRan,
        });
        const { numUpdatedRows } = await executor
          .updateTable(tables.recurringJobs)
          .set({ last_slot: slotMs })
          .where("name", "=", job)
          .where("last_slot", "<", slotMs)
          .where(dialect.now(), ">=", slotMs - slotToleranceMs)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n ? { type: "claimed" } : refusal(database, executor, job, slotMs);
      }),
  };
}

/** Goes by the mark alone: the slot may have come since it was refused as ahead, and is then not over. */
async function refusal(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  job: string,
  slotMs: number,
): Promise<SlotClaim> {
  const { last_slot: mark, now } = await executor
    .selectFrom(tables.recurringJobs)
    .select(["last_slot", dialect.now().as("now")])
    .where("name", "=", job)
    .modifyEnd(dialect.forShare)
    .executeTakeFirstOrThrow();
  if (Number(mark) >= slotMs) return { type: "over" };
  return { type: "ahead", dueInMs: Math.max(1, slotMs - Number(now)) };
}
