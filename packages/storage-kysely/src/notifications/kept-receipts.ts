import type { KeptReceipt } from "@callboard/core/adapter";
import type { Kysely } from "kysely";
import { chunks } from "../codec.js";
import type { Database } from "../database.js";
import { insertRows } from "../insert-rows.js";
import { nextPlace } from "../next-place.js";
import type { ReceiptsTable, Tables } from "../schema.js";
import { idsPerStatement } from "./ids-per-statement.js";
import { toButton } from "./notification-codec.js";
import type { ReceivedReceipt } from "./parked-receipts.js";

/*
 * Receipts that were matched: a part of the story of their notification.
 */

const receiptKey = ["notification_id", "attempt_id", "status", "occurred_at"] as const;

/** A receipt and the attempt that it is about. */
export interface MatchedReceipt extends ReceivedReceipt {
  readonly attempt: { readonly id: string; readonly notificationId: string };
}

/** Keeps each once, in this order, as having come `now`. */
export async function keepReceipts(
  database: Database,
  transaction: Kysely<Tables>,
  matches: readonly MatchedReceipt[],
  now: number,
): Promise<void> {
  const { tables, sql: dialect } = database;
  await insertRows(database, transaction, {
    table: tables.receipts,
    columns: {
      attempt_id: ["text", ({ attempt }) => attempt.id],
      notification_id: ["text", ({ attempt }) => attempt.notificationId],
      status: ["text", ({ receipt }) => receipt.status],
      occurred_at: ["integer", ({ receipt }) => receipt.occurredAt.getTime()],
      received_at: ["integer", ({ parkedAt }) => parkedAt ?? now],
      place: ["integer", nextPlace],
      provider_code: ["text", ({ receipt }) => receipt.failure?.providerCode ?? null],
      message: ["text", ({ receipt }) => receipt.failure?.message ?? null],
      button_id: ["text", ({ receipt }) => receipt.button?.id ?? null],
      button_label: ["text", ({ receipt }) => receipt.button?.label ?? null],
    },
    items: matches,
    whenTaken: dialect.skipTaken(tables.receipts, receiptKey),
  });
}

export async function receiptsOf(
  database: Database,
  notificationIds: readonly string[],
): Promise<KeptReceipt[]> {
  const found: KeptReceipt[] = [];
  for (const chunk of chunks([...new Set(notificationIds)], idsPerStatement)) {
    const rows = await database
      .on()
      .selectFrom(database.tables.receipts)
      .selectAll()
      .where("notification_id", "in", chunk)
      .orderBy("received_at")
      .orderBy("place")
      .execute();
    found.push(...rows.map(toKept));
  }
  return found;
}

function toKept(row: ReceiptsTable): KeptReceipt {
  return {
    notificationId: row.notification_id,
    attemptId: row.attempt_id,
    status: row.status as KeptReceipt["status"],
    occurredAt: new Date(Number(row.occurred_at)),
    receivedAt: new Date(Number(row.received_at)),
    providerCode: row.provider_code,
    message: row.message,
    button: toButton(row.button_id, row.button_label),
  };
}
