import type { RecurringStore } from "@callboard/core/adapter";
import type { Gate, MemoryTransaction } from "./gate.js";
import { Table } from "./table.js";

export function memoryRecurring(gate: Gate): RecurringStore<MemoryTransaction> {
  const marks = new Table<Date>();
  return {
    claimSlot: (job, slot, { transaction } = {}) =>
      gate.run(transaction, (journal) => {
        const mark = marks.get(job);
        if (mark && mark >= slot) return false;
        marks.set(job, slot, journal);
        return true;
      }),
  };
}
