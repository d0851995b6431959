import type { Notification } from "@callboard/core";
import type { AttemptResult, Move, NotificationStore } from "@callboard/core/adapter";

/** A store that records results for whoever comes, also when somebody else has moved the row meanwhile. */
export function unfenced<Tx>(store: NotificationStore<Tx>): NotificationStore<Tx> {
  return { ...store, record: (results) => recordFor(store, results) };
}

async function recordFor<Tx>(
  store: NotificationStore<Tx>,
  results: readonly AttemptResult[],
): Promise<Notification[]> {
  const moved = await store.record(results);
  const moves: Move[] = [];
  for (const { notificationId, transition } of results) {
    const [row] = await store.getMany([notificationId]);
    if (row === undefined) continue;
    const { id, status, attemptId } = row;
    moves.push({ id, from: { status, attemptId, leaseToken: null, leaseOver: false }, transition });
  }
  return [...moved, ...(await store.settle(moves))];
}
