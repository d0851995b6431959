import { newMessageId } from "../message-id.js";
import { businessScopedUserId } from "../person.js";
import { phoneDigits } from "../phone-number.js";
import type { Simulation } from "../simulation.js";
import { unixSeconds } from "../unix-seconds.js";
import type { KnownAnnouncement } from "./announcement.js";
import { accountEnvelope, webhookEnvelope, webhookTimestamp } from "./webhook-envelope.js";
import type { WebhookPayload } from "./webhook-payload.js";
import { webhookContact, webhookPerson, webhookSenderOf } from "./webhook-person.js";

/**
 * The webhooks that tell of an announcement, in order.
 *
 * @throws {TypeError} A phone number is none.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/reference/whatsapp-business-account
 */
export function announcementWebhooks(
  simulation: Simulation,
  announcement: KnownAnnouncement,
): readonly WebhookPayload[] {
  const { kind, details } = announcement;
  switch (kind) {
    case "user_changed_number":
      return [numberChange(simulation, digitsOf(details.from), digitsOf(details.to))];
    case "user_changed_user_id":
      return userIdChange(simulation, digitsOf(details.from), details.previous);
    case "user_preferences":
      return [preference(simulation, digitsOf(details.from), details.value)];
    default:
      return [
        accountEnvelope(simulation.options, {
          field: kind,
          value: accountValue(simulation, announcement as AccountAnnouncement),
          at: simulation.timers.now(),
        }),
      ];
  }
}

type PersonKind = "user_changed_number" | "user_changed_user_id" | "user_preferences";
type AccountAnnouncement = Exclude<KnownAnnouncement, { kind: PersonKind }>;

function accountValue(
  { options }: Simulation,
  { kind, details }: AccountAnnouncement,
): Readonly<Record<string, unknown>> {
  const display_phone_number = options.displayPhoneNumber;
  switch (kind) {
    case "account_update":
      return { event: details.event, ...details.info };
    case "account_alerts": {
      const { alertType, severity, description } = details;
      const alert_info = {
        alert_severity: severity,
        alert_status: "ACTIVE",
        alert_type: alertType,
        ...(description !== undefined && { alert_description: description }),
      };
      return { entity_type: "WABA", entity_id: options.businessAccountId, alert_info };
    }
    case "account_review_update":
      return { decision: details.decision };
    case "phone_number_quality_update":
      return { display_phone_number, event: details.event, current_limit: details.currentLimit };
    case "business_capability_update":
      return { max_daily_conversation_per_phone: details.maxDailyConversations };
  }
}

/** System messages come without contacts. */
function systemMessage(simulation: Simulation, digits: string, system: Readonly<Record<string, unknown>>) {
  const { options, ids, timers } = simulation;
  const message = {
    ...webhookSenderOf(options, digits),
    id: newMessageId(digits, ids),
    timestamp: webhookTimestamp(timers.now()),
    type: "system",
    system,
  };
  return webhookEnvelope(options, { messages: [message] });
}

function numberChange(simulation: Simulation, from: string, to: string): WebhookPayload {
  const name = simulation.options.people[from]?.name ?? from;
  return systemMessage(simulation, from, {
    body: `User ${name} changed from ${from} to ${to}`,
    wa_id: to,
    type: "user_changed_number",
  });
}

function userIdChange(simulation: Simulation, digits: string, previous: string): readonly WebhookPayload[] {
  const { options } = simulation;
  const current = businessScopedUserId(options.businessAccountId, digits);
  const { waId } = webhookPerson(options, digits);
  const change = {
    ...(waId !== null && { wa_id: waId }),
    user_id: { previous, current },
    timestamp: webhookTimestamp(simulation.timers.now()),
  };
  return [
    systemMessage(simulation, digits, {
      body: `User ${options.people[digits]?.name ?? current} changed from ${previous} to ${current}`,
      user_id: current,
      type: "user_changed_user_id",
    }),
    webhookEnvelope(
      options,
      { contacts: [webhookContact(options, digits)], user_id_update: [change] },
      "user_id_update",
    ),
  ];
}

function preference(
  { options, timers }: Simulation,
  digits: string,
  value: "stop" | "resume",
): WebhookPayload {
  const { waId, userId } = webhookPerson(options, digits);
  const change = {
    ...(waId !== null && { wa_id: waId }),
    ...(userId !== null && { user_id: userId }),
    detail: `User requested to ${value} marketing messages`,
    category: "marketing_messages",
    value,
    timestamp: unixSeconds(timers.now()),
  };
  const contacts = [webhookContact(options, digits)];
  return webhookEnvelope(options, { contacts, user_preferences: [change] }, "user_preferences");
}

function digitsOf(phone: string): string {
  const digits = phoneDigits(phone);
  if (digits !== null) return digits;
  throw new TypeError(`${JSON.stringify(phone)} is not a phone number. Use E.164 form.`);
}
