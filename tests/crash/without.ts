import { randomUUID } from "node:crypto";
import type { AttemptResult, Notification } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Whatsapp } from "./open-callboard.ts";
import type { CrashStorage } from "./open-store.ts";
import type { Safeguard } from "./safeguards.ts";

/** The same storage with safeguards switched off, to see that their absence is noticed. */
export function without(
  safeguards: readonly Safeguard[],
  storage: CrashStorage,
  db: Kysely<unknown>,
): CrashStorage {
  let unsafer = storage;
  for (const safeguard of safeguards) {
    const notifications = { ...unsafer.notifications, ...unsafe(safeguard, unsafer, db) };
    unsafer = { ...unsafer, notifications };
  }
  return unsafer;
}

/** A transport that says "accepted" of what never left. */
export function unsafeTransport(safeguards: readonly Safeguard[], transport: Whatsapp): Whatsapp {
  if (!safeguards.includes("acceptance")) return transport;
  return { ...transport, send: async () => ({ providerMessageId: `wamid.${randomUUID()}` }) };
}

function unsafe(
  safeguard: Safeguard,
  { notifications: store }: CrashStorage,
  db: Kysely<unknown>,
): Partial<CrashStorage["notifications"]> {
  switch (safeguard) {
    case "fencing":
      return {
        async record(results) {
          const moved = await store.record(results);
          return [...moved, ...(await recordUnfenced(store, db, results))];
        },
      };
    case "sweep":
      return { findOverdue: async () => [] };
    case "receipts":
      return {
        applyReceipts: async (receipts) => ({ moved: [], parked: receipts.length }),
        applyParked: async () => [],
      };
    case "attempt-first":
      return { startAttempts: async (attempts) => attempts.map(({ notificationId }) => notificationId) };
    case "crash-counter":
      return {
        settle: (moves) =>
          store.settle(moves.map((move) => ({ ...move, transition: { ...move.transition, crashes: 0 } }))),
      };
    case "acceptance":
      return {};
  }
}

/** What the fence has kept out goes in all the same: under the lease that the row has now. */
async function recordUnfenced(
  store: CrashStorage["notifications"],
  db: Kysely<unknown>,
  results: readonly AttemptResult[],
): Promise<Notification[]> {
  const leases = await leasesIn(db);
  const rows = await store.getMany(results.map(({ notificationId }) => notificationId));
  const moves = rows.flatMap(({ id, status, attemptId }) => {
    const result = results.find(({ notificationId }) => notificationId === id);
    const arrived = result?.transition.status === status;
    if (!result || arrived) return [];
    const from = { status, attemptId, leaseToken: leases.get(id) ?? null, leaseOver: false };
    return [{ id, from, transition: result.transition }];
  });
  return store.settle(moves);
}

async function leasesIn(db: Kysely<unknown>): Promise<Map<string, string | null>> {
  const { rows } = await sql<{ id: string; lease_token: string | null }>`
    select id, lease_token from callboard_notifications`.execute(db);
  return new Map(rows.map(({ id, lease_token: token }) => [id, token]));
}
