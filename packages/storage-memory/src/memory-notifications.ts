import type { Clock, NotificationStore } from "@callboard/core/adapter";
import type { Gate, MemoryTransaction } from "./gate.js";
import { batchVerbs } from "./memory-batches.js";
import { claimingVerbs } from "./memory-claiming.js";
import { forgettingVerbs } from "./memory-forgetting.js";
import { readingVerbs } from "./memory-reading.js";
import { receiptVerbs } from "./memory-receipts.js";
import { settlingVerbs } from "./memory-settling.js";
import { NotificationTables } from "./notification-tables.js";

export function memoryNotifications(gate: Gate, clock: Clock): NotificationStore<MemoryTransaction> {
  const tables = new NotificationTables();
  return {
    ...batchVerbs(tables, gate, clock),
    ...claimingVerbs(tables, gate, clock),
    ...settlingVerbs(tables, gate, clock),
    ...receiptVerbs(tables, gate, clock),
    ...readingVerbs(tables, gate),
    ...forgettingVerbs(tables, gate, clock),
  };
}
