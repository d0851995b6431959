import type { ChannelAlert } from "@callboard/core/adapter";
import { asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";

const wordsFor: ReadonlyMap<string, Pick<ChannelAlert, "message" | "hint">> = new Map([
  [
    "FLAGGED",
    {
      message: "People block the number, or report it as spam, too often.",
      hint: "Send less, and only what people want: Meta lowers the number's limit otherwise.",
    },
  ],
  [
    "DOWNGRADE",
    {
      message: "Meta lets the number begin chats with fewer people in a day.",
      hint: "Send less, and only what people want, so that the limit rises again.",
    },
  ],
  [
    "THROUGHPUT_UPGRADE",
    {
      message: "Meta lets the number send faster.",
      hint: "Set messagesPerSecond of whatsappTransport() to the number's new throughput.",
    },
  ],
]);

const ofNoConcern: ReadonlySet<string> = new Set(["ONBOARDING", "UNFLAGGED", "UPGRADE"]);

/**
 * Reads the value of a `phone_number_quality_update` change.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/phone_number_quality_update
 */
export function readPhoneQuality(value: Fields, at: Date, news: News): string | null {
  const kind = asText(value.event) ?? "";
  if (ofNoConcern.has(kind)) return null;
  const words = wordsFor.get(kind);
  if (words === undefined) return `is the unknown event ${wordIn(kind)} of a number`;
  news.alerts.push({ kind, ...words, pauseForMs: null, at });
  return null;
}
