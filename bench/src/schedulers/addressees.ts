import { sql } from "kysely";
import { callboardSide } from "../storage/callboard-side.ts";
import { groupOf, people } from "../workload.ts";
import type { Store } from "./open-store.ts";

/** Makes Callboard's tables, and people to tell: each of these groups holds so many of the first. */
export async function setUpPeople({ storage }: Store, groupSizes: readonly number[]): Promise<void> {
  await storage.migrate();
  await callboardSide(storage).setUp(people(Math.max(...groupSizes)), groupSizes);
}

/** Deletes every notification, and keeps the people. */
export async function forgetNotifications({ db }: Store): Promise<void> {
  await sql`truncate callboard_notifications, callboard_attempts, callboard_batch_labels`.execute(db);
}

/** What is queued for the first so many people. */
export function requestFor(size: number, key: string) {
  return { groupNames: [groupOf(size)], idempotencyKey: key } as const;
}
