import { type Clock, type Storage, systemClock } from "@callboard/core/adapter";
import { Gate, type MemoryTransaction } from "./gate.js";
import { memoryChannelTemplates } from "./memory-channel-templates.js";
import { memoryContacts } from "./memory-contacts.js";
import { memoryGroups } from "./memory-groups.js";
import { memoryNotifications } from "./memory-notifications.js";
import { memoryPauses } from "./memory-pauses.js";
import { memoryRecurring } from "./memory-recurring.js";
import { memoryTemplates } from "./memory-templates.js";
import { memoryWebhooks } from "./memory-webhooks.js";

export interface MemoryStorageOptions {
  /** Replaced in tests. @default the machine's own */
  readonly clock?: Clock;
}

/**
 * Keeps everything in this process, for tests and for trying things out: it is gone when the process ends. Transactions
 * are real: one at a time, invisible until they commit, undone when they reject.
 */
export function memoryStorage({
  clock = systemClock,
}: MemoryStorageOptions = {}): Storage<MemoryTransaction> {
  const gate = new Gate();
  return {
    notifications: memoryNotifications(gate, clock),
    templates: memoryTemplates(gate, clock),
    channelTemplates: memoryChannelTemplates(gate),
    groups: memoryGroups(gate),
    contacts: memoryContacts(gate, clock),
    pauses: memoryPauses(gate, clock),
    recurring: memoryRecurring(gate, clock),
    webhooks: memoryWebhooks(gate, clock),
    transaction: (work) => gate.transaction(work),
  };
}
