import type { WebhookReading } from "@callboard/core/adapter";
import { asFields, asText } from "../narrow.js";
import { addressFromWaId } from "../normalize-address.js";
import { readTimestamp } from "./read-timestamp.js";

/** What a person sends. Reactions, edits, system notices and kinds not yet known do not open the window. */
const opening: ReadonlySet<unknown> = new Set([
  "text",
  "image",
  "video",
  "audio",
  "voice",
  "document",
  "sticker",
  "location",
  "contacts",
  "button",
  "interactive",
  "order",
]);

/**
 * One item of `messages` as a sign of life, or `null` when it opens no window: also for a message in a group, and
 * for a person who hides their number.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function readInbound(item: unknown): WebhookReading["inbound"][number] | null {
  const fields = asFields(item);
  if (fields === null || !opening.has(fields.type) || fields.group_id !== undefined) return null;
  const from = asText(fields.from);
  const at = readTimestamp(fields.timestamp);
  if (from === null || at === null || !/^\+?\d{5,20}$/.test(from)) return null;
  return { address: addressFromWaId(from), at };
}
