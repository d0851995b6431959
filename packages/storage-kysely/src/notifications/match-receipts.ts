import type { ChannelReceipt } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import type { AttemptsTable, Tables } from "../schema.js";
import type { MatchedReceipt } from "./kept-receipts.js";
import type { ReceivedReceipt } from "./parked-receipts.js";

/** A receipt, the attempt that it is about, and whether that knows its message already. */
export interface ReceiptMatch extends MatchedReceipt {
  readonly attempt: MatchedReceipt["attempt"] & { readonly providerMessageId: string | null };
}

/** By the attempt's own id, and only what that does not find by the message's. */
export async function matchReceipts(
  database: Database,
  executor: Kysely<Tables>,
  received: readonly ReceivedReceipt[],
): Promise<{ readonly matches: ReceiptMatch[]; readonly unmatched: ChannelReceipt[] }> {
  const attempts = new Map<ReceivedReceipt, ReceiptMatch["attempt"]>();
  const find = async (some: readonly ReceivedReceipt[], by: AttemptKey) => {
    const found = await findAttempts(
      database,
      executor,
      by,
      some.map(({ receipt }) => receipt),
    );
    for (const [index, attempt] of found) {
      const one = some[index];
      if (one) attempts.set(one, attempt);
    }
  };
  const named = received.filter(({ receipt }) => receipt.attemptId !== null);
  await find(named, attemptKeys.id);
  const others = received.filter((one) => !attempts.has(one));
  await find(others, attemptKeys.message);
  return {
    matches: received.flatMap((one) => {
      const attempt = attempts.get(one);
      return attempt ? [{ ...one, attempt }] : [];
    }),
    unmatched: received.flatMap((one) => (attempts.has(one) ? [] : [one.receipt])),
  };
}

const attemptKeys = {
  id: { column: sql`a.id`, of: ({ attemptId }: ChannelReceipt) => attemptId },
  message: {
    column: sql`a.provider_message_id`,
    of: ({ providerMessageId }: ChannelReceipt) => providerMessageId,
  },
};

type AttemptKey = (typeof attemptKeys)["id" | "message"];

/** By the index of the receipt. */
async function findAttempts(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  key: AttemptKey,
  receipts: readonly ChannelReceipt[],
): Promise<[number, ReceiptMatch["attempt"]][]> {
  if (receipts.length === 0) return [];
  const wanted = dialect.jsonRows(
    receipts.map((receipt, index) => ({
      r_index: index,
      r_channel: receipt.channel,
      r_key: key.of(receipt),
    })),
    { r_index: "integer", r_channel: "text", r_key: "text" },
  );
  const { rows } = await sql<AttemptRow>`
    select r_index, a.id, a.notification_id, a.provider_message_id from ${wanted} as r
    ${dialect.smallFirst} ${sql.table(tables.attempts)} as a
      on ${key.column} = r_key and a.channel = r_channel`.execute(executor);
  return rows.map((row) => [
    Number(row.r_index),
    { id: row.id, notificationId: row.notification_id, providerMessageId: row.provider_message_id },
  ]);
}

type AttemptRow = Pick<AttemptsTable, "id" | "notification_id" | "provider_message_id"> & {
  readonly r_index: number;
};
