import { cut } from "../../content/cut.js";
import { printable } from "../../content/flatten.js";
import { asFields, asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";

/**
 * Reads the value of an `account_alerts` change: about raised limits, the business profile and the official account.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_alerts
 */
export function readAccountAlerts(value: Fields, at: Date, news: News): string | null {
  // Older ones have these keys in the value itself.
  const info = asFields(value.alert_info) ?? value;
  const severity = asText(info.alert_severity);
  if (severity === null) return "is an alert without a severity";
  const kind = wordIn(asText(info.alert_type) ?? "ACCOUNT_ALERT");
  const description = asText(info.alert_description);
  news.alerts.push({
    kind,
    message: `${wordIn(severity)}: ${description === null ? kind : cut(printable(description), 300)}`,
    hint: "Open WhatsApp Manager: it says what Meta asks for.",
    pauseForMs: null,
    at,
  });
  return null;
}
