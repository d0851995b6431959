import { type Clock, type RecurringStore, slotToleranceMs } from "@callboard/core/adapter";
import type { Gate, MemoryTransaction } from "./gate.js";
import { Table } from "./table.js";

export function memoryRecurring(gate: Gate, clock: Clock): RecurringStore<MemoryTransaction> {
  const marks = new Table<Date>();
  return {
    claimSlot: (job, slot, { transaction } = {}) =>
      gate.run(transaction, (journal) => {
        const mark = marks.get(job);
        if (mark && mark >= slot) return { type: "over" };
        const lateMs = clock.now().getTime() - slot.getTime();
        if (lateMs < -slotToleranceMs) return { type: "ahead", dueInMs: -lateMs };
        marks.set(job, slot, journal);
        return { type: "claimed", previous: mark ?? null, lateMs };
      }),
  };
}
