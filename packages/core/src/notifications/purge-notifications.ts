import type { NotificationStore, PurgeResult } from "../ports/notification-store.js";
import type { WriteOptions } from "../ports/storage.js";
import { refuse, refuseUnknown } from "./refuse.js";

/** What to delete, and whom to tell how far it is. */
export interface PurgeOptions {
  /**
   * A notification is deleted when it was created, and has been finished, for longer than this. At least 86,400,000 ms
   * (a day). An idempotency key is forgotten with its notification, so choose longer than your bus may deliver an event
   * again; and a period that was meant in seconds stays below a day, and is refused.
   */
  readonly olderThanMs: number;
  /** Called after each batch of 500 that was looked at. What it throws ends the purge. */
  readonly onProgress?: (progress: PurgeProgress) => void;
}

export interface PurgeProgress {
  /** Since the purge began. */
  readonly deleted: number;
}

const call = "notifications.purge";

const known: Record<keyof PurgeOptions, true> = { olderThanMs: true, onProgress: true };

const shortestMs = 86_400_000;

/** Small enough that no batch holds its rows for long. */
const batchSize = 500;

/** Walks through everything old once, from the oldest on. */
export async function purgeNotifications<Tx>(
  store: NotificationStore<Tx>,
  request: PurgeOptions,
  options?: WriteOptions<Tx>,
): Promise<number> {
  checkPurge(request);
  const { olderThanMs, onProgress } = request;
  let deleted = 0;
  let after: string | null = null;
  do {
    const batch: PurgeResult = await store.purge(
      { olderThanMs, limit: batchSize, ...(after !== null && { after }) },
      options,
    );
    deleted += batch.deleted;
    after = batch.next;
    onProgress?.({ deleted });
    // Stores that answer at once would keep the event loop to themselves until the last batch.
    await new Promise((resolve) => setImmediate(resolve));
  } while (after !== null);
  return deleted;
}

function checkPurge(options: PurgeOptions): void {
  refuseUnknown(call, options, known);
  const { olderThanMs, onProgress } = options;
  if (!Number.isSafeInteger(olderThanMs) || olderThanMs < shortestMs) {
    refuse(call, "olderThanMs", "must be a whole number of at least 86,400,000 milliseconds, a day.");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    refuse(call, "onProgress", "must be a function.");
  }
}
