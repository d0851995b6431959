import type { Failure, Receipt } from "@callboard/core/adapter";
import { attemptIn } from "../../attempt-marker.js";
import { failureFromWebhook } from "../../graph/classify-graph-error.js";
import { readGraphError } from "../../graph/graph-error.js";
import { asList, asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { readTimestamp } from "../read-timestamp.js";
import { identityOf } from "./identity.js";
import { readCharge } from "./read-charge.js";

/** `null`: known, and no news of a notification. */
const statuses: ReadonlyMap<unknown, Receipt["status"] | null> = new Map([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "failed"],
  ["deleted", null],
  ["warning", null],
]);

/** Meta refuses marketing to a person who has stopped it. */
const stoppedMarketing = "131050";

/**
 * One item of `statuses`: what became of a message.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function readStatus(item: Fields, news: News): string | null {
  const status = statuses.get(item.status);
  if (status === null) return null;
  if (status === undefined) return `has the unknown word ${wordIn(item.status)}`;
  const providerMessageId = asText(item.id);
  if (providerMessageId === null) return "names no message";
  const occurredAt = readTimestamp(item.timestamp);
  if (occurredAt === null) return "has no time";
  const failure = status === "failed" ? failureFromWebhook(readGraphError(asList(item.errors)[0])) : null;
  const attemptId = attemptIn(item.biz_opaque_callback_data);
  const charge = readCharge(item);
  news.receipts.push({ providerMessageId, attemptId, status, occurredAt, failure, charge });
  noteWish(item, failure, occurredAt, news);
  return null;
}

function noteWish(item: Fields, failure: Failure | null, at: Date, news: News): void {
  if (failure?.providerCode !== stoppedMarketing) return;
  const identity = identityOf(item.recipient_id, item.recipient_user_id);
  if (identity !== null) news.preferences.push({ ...identity, scope: "marketing", optedOut: true, at });
}
