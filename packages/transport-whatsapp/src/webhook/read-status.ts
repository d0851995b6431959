import type { Receipt } from "@callboard/core/adapter";
import { attemptIn } from "../attempt-marker.js";
import { failureFromWebhook } from "../graph/classify-graph-error.js";
import { readGraphError } from "../graph/graph-error.js";
import { asFields, asList, asText } from "../narrow.js";
import { readTimestamp } from "./read-timestamp.js";

const statuses: ReadonlyMap<unknown, Receipt["status"]> = new Map([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "failed"],
]);

/**
 * One item of `statuses`, or `null` when it says nothing that concerns a receipt.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function readStatus(item: unknown): Receipt | null {
  const fields = asFields(item);
  const providerMessageId = asText(fields?.id);
  const status = statuses.get(fields?.status);
  const occurredAt = readTimestamp(fields?.timestamp);
  if (fields === null || providerMessageId === null || status === undefined || occurredAt === null)
    return null;
  const failure = status === "failed" ? failureFromWebhook(readGraphError(asList(fields.errors)[0])) : null;
  const attemptId = attemptIn(fields.biz_opaque_callback_data);
  return { providerMessageId, attemptId, status, occurredAt, failure };
}
