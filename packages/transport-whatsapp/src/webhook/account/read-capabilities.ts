import type { Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";

/** Where the limit stands, by the version of the webhook. */
const limitKeys = [
  "max_daily_conversations_per_business",
  "max_daily_conversation_per_phone",
  "max_daily_conversation_per_business",
];

/**
 * Reads the value of a `business_capability_update` change.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/business_capability_update
 */
export function readCapabilities(value: Fields, at: Date, news: News): string | null {
  const limit = limitKeys.map((key) => value[key]).find((told) => told !== undefined);
  // It also tells how many phone numbers the account may have.
  if (limit === undefined) return null;
  if (typeof limit !== "number" && typeof limit !== "string") return "has an unknown limit";
  news.alerts.push({
    kind: "business_capability_update",
    message: `Meta lets the account begin chats with this many people in a day: ${wordIn(String(limit))}.`,
    hint: "Spread what you send over more days where that is too few.",
    pauseForMs: null,
    at,
  });
  return null;
}
