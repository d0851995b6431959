import { systemClock } from "@callboard/core/adapter";
import { asFields, asText, type Fields } from "../narrow.js";
import { decisionReader } from "./account/decision-reader.js";
import { readAccountAlerts } from "./account/read-account-alerts.js";
import { readAccountUpdate } from "./account/read-account-update.js";
import { readCapabilities } from "./account/read-capabilities.js";
import { readPhoneQuality } from "./account/read-phone-quality.js";
import { readSecurity } from "./account/read-security.js";
import { type MessageOptions, readMessages } from "./messages/read-messages.js";
import { readPreferences } from "./messages/read-preferences.js";
import { readUserIdUpdates } from "./messages/read-user-id-updates.js";
import { type News, wordIn } from "./news.js";
import { readTemplateChange } from "./templates/read-template-change.js";

export interface ChangeOptions extends MessageOptions {
  readonly businessAccountId: string | undefined;
}

/** What an entry says about all of its changes. */
export interface EntryFacts {
  /** `null`: not told, as for messages. */
  readonly at: Date | null;
  readonly isOurAccount: boolean;
}

const accountReaders: ReadonlyMap<string, (value: Fields, at: Date, news: News) => string | null> = new Map([
  ["account_alerts", readAccountAlerts],
  ["account_review_update", decisionReader({ kind: "account_review_update", subject: "The account" })],
  ["account_update", readAccountUpdate],
  ["business_capability_update", readCapabilities],
  [
    "phone_number_name_update",
    decisionReader({ kind: "phone_number_name_update", subject: "The number's display name" }),
  ],
  ["phone_number_quality_update", readPhoneQuality],
  ["security", readSecurity],
]);

/** Fields that an app may be subscribed to, and that say nothing about messages, people or templates here. */
const ofNoConcern: ReadonlySet<string> = new Set([
  "automatic_events",
  "calls",
  "flows",
  "group_lifecycle_update",
  "group_participants_update",
  "group_settings_update",
  "group_status_update",
  "history",
  "message_echoes",
  "message_template_components_update",
  "messaging_handovers",
  "partner_solutions",
  "payment_configuration_update",
  "smb_app_state_sync",
  "smb_message_echoes",
  "standby",
  "tracking_events",
]);

/** Gathers what one change says. Returns why it cannot be read. */
export function readChange(
  change: Fields,
  { at, isOurAccount }: EntryFacts,
  options: ChangeOptions,
  news: News,
): string | null {
  const value = asFields(change.value);
  if (value === null) return "has no value";
  const field = asText(change.field) ?? asText(value.field) ?? "";
  if (ofNoConcern.has(field)) return null;
  // Some of Meta's own samples carry another change's field, so the keys of a template decide.
  if (isAboutTemplate(field, value)) {
    if (!isOurAccount) return null;
    // Without a time nobody could tell old news from new.
    return at === null ? "is about a template and has no time" : readTemplateChange(value, at, news);
  }
  const readAccount = accountReaders.get(field);
  if (readAccount !== undefined)
    return isOurAccount ? readAccount(value, at ?? systemClock.now(), news) : null;
  if (field === "messages") return readMessages(value, options, news);
  if (field === "user_preferences") return readPreferences(value, news);
  if (field === "user_id_update") return readUserIdUpdates(value, news);
  return `has the unknown field ${wordIn(field)}`;
}

function isAboutTemplate(field: string, value: Fields): boolean {
  if (field === "template_category_update" || field.startsWith("message_template_")) return true;
  return value.message_template_id !== undefined || value.message_template_name !== undefined;
}
