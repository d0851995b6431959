import type { Receipt, WebhookReading } from "@callboard/core/adapter";
import { asFields, asList, asText, type Fields } from "../narrow.js";
import { readInbound } from "./read-inbound.js";
import { readStatus } from "./read-status.js";

/**
 * What a webhook says about messages. An item that cannot be read is passed over; so is everything about other
 * things, such as templates and accounts.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
export function readEnvelope(
  envelope: unknown,
  phoneNumberId: string,
): Pick<WebhookReading, "receipts" | "inbound"> {
  const receipts: Receipt[] = [];
  const inbound: WebhookReading["inbound"][number][] = [];
  for (const value of messageChanges(envelope)) {
    for (const status of asList(value.statuses)) push(receipts, readStatus(status));
    // The 24-hour window belongs to one business number: a letter to another one opens nothing here.
    if (!isFor(phoneNumberId, value)) continue;
    for (const message of asList(value.messages)) push(inbound, readInbound(message));
  }
  return { receipts, inbound };
}

function messageChanges(envelope: unknown): Fields[] {
  const root = asFields(envelope);
  if (root?.object !== "whatsapp_business_account") return [];
  return asList(root.entry)
    .flatMap((entry) => asList(asFields(entry)?.changes))
    .map((change) => asFields(change))
    .map((change) => (change?.field === "messages" ? asFields(change.value) : null))
    .filter((value) => value !== null);
}

function isFor(phoneNumberId: string, value: Fields): boolean {
  const id = asText(asFields(value.metadata)?.phone_number_id);
  return id === null || id === phoneNumberId;
}

function push<Item>(items: Item[], item: Item | null): void {
  if (item !== null) items.push(item);
}
