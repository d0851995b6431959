import { businessScopedUserId } from "../person.js";
import type { ResolvedOptions } from "../resolve-options.js";

/** What webhooks may tell of a person. Null is left out. */
export interface WebhookPerson {
  readonly waId: string | null;
  readonly userId: string | null;
}

/** By the person's identity, or else the option's. */
export function webhookPerson(options: ResolvedOptions, digits: string): WebhookPerson {
  const identity = options.people[digits]?.identity ?? options.identity;
  return {
    waId: identity === "bsuid-only" ? null : digits,
    userId: identity === "phone" ? null : businessScopedUserId(options.businessAccountId, digits),
  };
}

/** The `contacts[]` entry of a person. One without a known name has the number, or else the user id, for a name. */
export function webhookContact(options: ResolvedOptions, digits: string) {
  const { waId, userId } = webhookPerson(options, digits);
  const person = options.people[digits];
  const profile = {
    name: person?.name ?? waId ?? userId,
    ...(person !== undefined && person.username !== null && { username: person.username }),
  };
  return { profile, ...(waId !== null && { wa_id: waId }), ...(userId !== null && { user_id: userId }) };
}

/** `from` and `from_user_id`, the sender of an inbound message. */
export function webhookSenderOf(options: ResolvedOptions, digits: string) {
  const { waId, userId } = webhookPerson(options, digits);
  return { ...(waId !== null && { from: waId }), ...(userId !== null && { from_user_id: userId }) };
}

/** `recipient_id` and `recipient_user_id`, whom a status is about. */
export function webhookRecipient(options: ResolvedOptions, digits: string) {
  const { waId, userId } = webhookPerson(options, digits);
  return {
    ...(waId !== null && { recipient_id: waId }),
    ...(userId !== null && { recipient_user_id: userId }),
  };
}
