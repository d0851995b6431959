import { asText, type Fields } from "../../narrow.js";
import { type News, readEach, wordIn } from "../news.js";
import { readTimestamp } from "../read-timestamp.js";
import { identityOf } from "./identity.js";

/** Whether people want no marketing, by Meta's word. */
const optedOutBy: ReadonlyMap<unknown, boolean> = new Map([
  ["stop", true],
  ["resume", false],
  ["signup", false],
]);

/**
 * Reads the value of a `user_preferences` change: people switch marketing off and on in WhatsApp itself. It is heeded whichever
 * of the business's numbers they told it.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences
 */
export function readPreferences(value: Fields, news: News): string | null {
  readEach(value.user_preferences, "preference", readPreference, news);
  return null;
}

function readPreference(item: Fields, news: News): string | null {
  const category = asText(item.category) ?? "marketing_messages";
  if (category !== "marketing_messages") return `is about the unknown category ${wordIn(category)}`;
  const optedOut = optedOutBy.get(item.value);
  if (optedOut === undefined) return `has the unknown value ${wordIn(item.value)}`;
  const at = readTimestamp(item.timestamp);
  if (at === null) return "has no time";
  const identity = identityOf(item.wa_id, item.user_id);
  if (identity === null) return "does not say whose it is";
  news.preferences.push({ ...identity, scope: "marketing", optedOut, at });
  return null;
}
