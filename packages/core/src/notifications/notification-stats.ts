import type { FailureClass } from "../domain/failure.js";
import type { NotificationStatus } from "../domain/notification.js";
import type {
  ChargeCount,
  NotificationCount,
  NotificationStore,
  Period,
} from "../ports/notification-store.js";
import { checkPeriod } from "./check-period.js";
import { refuse, refuseUnknown } from "./refuse.js";
import { statuses } from "./statuses.js";

/** How many notifications were created in a period, and what they are now. What there is none of is missing. */
export interface NotificationStats {
  readonly total: number;
  readonly byStatus: Readonly<Partial<Record<NotificationStatus, number>>>;
  readonly byTemplate: Readonly<Record<string, number>>;
  readonly byChannel: Readonly<Record<string, number>>;
  /** Why notifications are not delivered, or not yet: those that will be tried again included. Most frequent first. */
  readonly failures: readonly FailureCount[];
  /** As what the provider charges them; of those of which it has said so. Most frequent first. */
  readonly charges: readonly ChargeCount[];
}

export interface FailureCount {
  readonly failureClass: FailureClass;
  /** The provider's own code; `null`: it gave none, or was not reached. */
  readonly providerCode: string | null;
  readonly count: number;
}

const call = "notifications.stats";

const known: Record<keyof Period, true> = { from: true, until: true };

/** Sums up in memory what the store has counted: a line for each template and failure, not for each notification. */
export async function notificationStats(
  store: NotificationStore<never>,
  period: Partial<Period> = {},
): Promise<NotificationStats> {
  const { from, until } = period;
  refuseUnknown(call, period, known);
  if (from === undefined) refuse(call, "from", "is missing. Say from when to count; new Date(0) counts all.");
  checkPeriod(call, period);
  const asked = until === undefined ? { from } : { from, until };
  const [counts, charges] = await Promise.all([store.count(asked), store.countCharges(asked)]);
  return {
    total: counts.reduce((sum, { count }) => sum + count, 0),
    byStatus: sumsBy(counts, ({ status }) => status, byLife),
    byTemplate: sumsBy(counts, ({ template }) => template),
    byChannel: sumsBy(counts, ({ channel }) => channel),
    failures: failuresOf(counts),
    charges: charges.toSorted((a, b) => b.count - a.count || byName(nameOf(a), nameOf(b))),
  };
}

/** In one order whatever the store's, so that two reports can be compared as they are. */
function sumsBy<Key extends string>(
  counts: readonly NotificationCount[],
  keyOf: (line: NotificationCount) => Key,
  compare: (a: Key, b: Key) => number = byName,
): Record<Key, number> {
  const sums = new Map<Key, number>();
  for (const line of counts) sums.set(keyOf(line), (sums.get(keyOf(line)) ?? 0) + line.count);
  return Object.fromEntries([...sums].sort(([a], [b]) => compare(a, b))) as Record<Key, number>;
}

function byLife(a: NotificationStatus, b: NotificationStatus): number {
  return statuses.indexOf(a) - statuses.indexOf(b);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function nameOf({ channel, template, charge: { category, type, country } }: ChargeCount): string {
  return JSON.stringify([channel, template, category, type, country]);
}

function failuresOf(counts: readonly NotificationCount[]): FailureCount[] {
  const failures = new Map<string, FailureCount>();
  for (const { failureClass, providerCode, count } of counts) {
    if (failureClass === null) continue;
    const key = JSON.stringify([failureClass, providerCode]);
    const before = failures.get(key)?.count ?? 0;
    failures.set(key, { failureClass, providerCode, count: before + count });
  }
  return [...failures]
    .sort(([nameA, a], [nameB, b]) => b.count - a.count || byName(nameA, nameB))
    .map(([, failure]) => failure);
}
