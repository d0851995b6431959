import { setTimeout } from "node:timers/promises";
import type { NotificationStore } from "@callboard/core/adapter";
import { longestSweepMs, type Settings } from "./settings.ts";

/** Looks all the time for rows that a sweep should have taken from a dead worker, and has not. */
export interface OverdueWatch {
  /** Rows whose lease had been over for more than two sweeps, each once. */
  readonly overdue: readonly string[];
  stop(): Promise<void>;
}

const everyMs = 100;

/** @param sweepers - When each worker that lives has begun to sweep, in ms of the process's own clock. */
export function watchOverdue(
  store: Pick<NotificationStore<never>, "findOverdue">,
  settings: Settings,
  sweepers: () => readonly number[],
): OverdueWatch {
  const overdue = new Set<string>();
  let firstSeen = new Map<string, number>();
  let isStopped = false;
  const look = async () => {
    const found = await store.findOverdue({ limit: 1_000 });
    const now = performance.now();
    // Somebody who has been there for less than two sweeps may not have swept yet; where nobody is, nobody can.
    const sweptSince = Math.min(...sweepers());
    const seen = new Map<string, number>();
    for (const { notification, leaseToken } of found) {
      if (notification.status !== "sending") continue;
      const hold = `${notification.id} ${leaseToken}`;
      const since = firstSeen.get(hold) ?? now;
      seen.set(hold, since);
      if (now - Math.max(since, sweptSince) > 2 * longestSweepMs(settings)) overdue.add(notification.id);
    }
    firstSeen = seen;
  };
  const running = (async () => {
    while (!isStopped) {
      // A database that is down for a while is looked at again when it is back; nobody could have swept it.
      await look().catch(() => firstSeen.clear());
      await setTimeout(everyMs);
    }
  })();
  return {
    get overdue() {
      return [...overdue];
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
