import type { ResolvedOptions } from "../resolve-options.js";

/**
 * Wraps one status or one inbound message in Meta's envelope.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
 */
export function webhookEnvelope(options: ResolvedOptions, value: Readonly<Record<string, unknown>>): unknown {
  const metadata = {
    display_phone_number: options.displayPhoneNumber,
    phone_number_id: options.phoneNumberId,
  };
  return {
    object: "whatsapp_business_account",
    entry: [
      {
        id: options.businessAccountId,
        changes: [{ value: { messaging_product: "whatsapp", metadata, ...value }, field: "messages" }],
      },
    ],
  };
}

/** The `contacts[]` entry of a person. One without a known name has the number for a name. */
export function webhookContact({ people }: ResolvedOptions, digits: string): unknown {
  return { profile: { name: people[digits] ?? digits }, wa_id: digits };
}

/** Meta writes times as a string of whole seconds since 1970. */
export function webhookTimestamp(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
