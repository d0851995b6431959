import type { ChannelAlert } from "@callboard/core/adapter";
import { asFields, asList, asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { readTimestamp } from "../read-timestamp.js";

type AlertWords = Pick<ChannelAlert, "message" | "hint" | "pauseForMs">;

const hour = 3_600_000;
const day = 24 * hour;

const appeal = "Open WhatsApp Manager: only the account's owner can appeal to Meta.";

const wordsFor: ReadonlyMap<string, (value: Fields, at: Date) => AlertWords> = new Map([
  ["ACCOUNT_DELETED", deleted],
  ["ACCOUNT_OFFBOARDED", offboarded],
  ["ACCOUNT_RESTRICTION", restricted],
  ["ACCOUNT_VIOLATION", violated],
  ["DISABLED_UPDATE", disabled],
]);

const ofNoConcern: ReadonlySet<string> = new Set([
  "ACCOUNT_RECONNECTED",
  "AD_ACCOUNT_LINKED",
  "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
  "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
  "MM_LITE_TERMS_SIGNED",
  "PARTNER_ADDED",
  "PARTNER_APP_INSTALLED",
  "PARTNER_APP_UNINSTALLED",
  "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
  "PARTNER_REMOVED",
  "VOLUME_BASED_PRICING_TIER_UPDATE",
]);

/**
 * Reads the value of an `account_update` change.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update
 */
export function readAccountUpdate(value: Fields, at: Date, news: News): string | null {
  const kind = asText(value.event) ?? "";
  if (ofNoConcern.has(kind)) return null;
  const words = wordsFor.get(kind);
  if (words === undefined) return `is the unknown account event ${wordIn(kind)}`;
  news.alerts.push({ kind, ...words(value, at), at });
  return null;
}

function deleted(): AlertWords {
  const message = "The WhatsApp account was deleted.";
  const hint = "Give the transport the number and the token of another account.";
  return { message, hint, pauseForMs: hour };
}

function offboarded(): AlertWords {
  const message = "The number was taken off the Cloud API.";
  const hint = "Connect it again in WhatsApp Manager, or in the WhatsApp Business app that it is used with.";
  return { message, hint, pauseForMs: null };
}

function violated({ violation_info }: Fields): AlertWords {
  const type = wordIn(asFields(violation_info)?.violation_type);
  const message = `Meta says that the account breaks its policy: ${type}.`;
  const hint = "Stop what Meta objects to before it restricts the account; WhatsApp Manager says more.";
  return { message, hint, pauseForMs: null };
}

function disabled({ ban_info }: Fields): AlertWords {
  const state = asFields(ban_info)?.waba_ban_state;
  switch (state) {
    case "DISABLE":
      return { message: "Meta has disabled the account.", hint: appeal, pauseForMs: hour };
    case "REINSTATE":
      return {
        message: "Meta has given the account back.",
        hint: "Nothing to do: sending goes on by itself.",
        pauseForMs: null,
      };
    default:
      return {
        message: `Meta is about to disable the account: ${wordIn(state)}.`,
        hint: appeal,
        pauseForMs: null,
      };
  }
}

/** Only one kind of restriction stops messages that the business begins; the others are about calls, replies and numbers. */
function restricted({ restriction_info }: Fields, at: Date): AlertWords {
  const restrictions = asList(restriction_info).map(asFields);
  const types = restrictions.map((restriction) => wordIn(restriction?.restriction_type));
  const stopping = restrictions.find(
    (restriction) => restriction?.restriction_type === "RESTRICTED_BIZ_INITIATED_MESSAGING",
  );
  const message = `Meta has restricted the account: ${types.join(", ") || "it does not say how"}.`;
  if (!stopping) return { message, hint: appeal, pauseForMs: null };
  const end = readTimestamp(stopping.expiration)?.getTime() ?? at.getTime() + hour;
  // No longer than a day: after that a message is tried, in case Meta has changed its mind.
  return { message, hint: appeal, pauseForMs: Math.min(Math.max(0, end - at.getTime()), day) || null };
}
