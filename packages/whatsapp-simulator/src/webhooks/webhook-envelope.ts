import type { ResolvedOptions } from "../resolve-options.js";
import { unixSeconds } from "../unix-seconds.js";
import type { WebhookPayload } from "./webhook-payload.js";

/**
 * Wraps one status or one inbound message in Meta's envelope.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
 */
export function webhookEnvelope(
  options: ResolvedOptions,
  value: Readonly<Record<string, unknown>>,
  field = "messages",
): WebhookPayload {
  const metadata = {
    display_phone_number: options.displayPhoneNumber,
    phone_number_id: options.phoneNumberId,
  };
  return {
    object: "whatsapp_business_account",
    entry: [
      {
        id: options.businessAccountId,
        changes: [{ value: { messaging_product: "whatsapp", metadata, ...value }, field }],
      },
    ],
  };
}

/** Wraps an event of the account or of its phone number, which carries the time of the event. */
export function accountEnvelope(
  { businessAccountId }: ResolvedOptions,
  { field, value, at }: { field: string; value: Readonly<Record<string, unknown>>; at: Date },
): WebhookPayload {
  return {
    object: "whatsapp_business_account",
    entry: [{ id: businessAccountId, time: unixSeconds(at), changes: [{ value, field }] }],
  };
}

/** Meta writes times as a string of whole seconds since 1970. */
export function webhookTimestamp(at: Date): string {
  return String(unixSeconds(at));
}
