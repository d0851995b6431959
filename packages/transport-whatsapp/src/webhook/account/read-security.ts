import { asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";

/**
 * Reads the value of a `security` change, such as one of the PIN that protects the number.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/security
 */
export function readSecurity(value: Fields, at: Date, news: News): string | null {
  const kind = asText(value.event);
  if (kind === null) return "names no security event";
  const message = `The security of the number was touched: ${wordIn(kind)}.`;
  const hint = "Ask who did it; if nobody of yours did, change the PIN and the password in WhatsApp Manager.";
  news.alerts.push({ kind: wordIn(kind), message, hint, pauseForMs: null, at });
  return null;
}
