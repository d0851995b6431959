import { asText, type Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";

const harmless: ReadonlySet<unknown> = new Set(["APPROVED", "DEFERRED", "PENDING"]);

/** What Meta decides about: the value of `account_review_update` and of `phone_number_name_update`. */
export interface DecisionSubject {
  readonly kind: string;
  /** As a sentence begins with it. */
  readonly subject: string;
}

/**
 * Makes a reader of Meta's decisions. Only one that goes against the account is told.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_review_update
 */
export function decisionReader({ kind, subject }: DecisionSubject) {
  return ({ decision }: Fields, at: Date, news: News): string | null => {
    if (harmless.has(decision)) return null;
    if (decision !== "REJECTED") return `is the unknown decision ${wordIn(asText(decision))}`;
    news.alerts.push({
      kind,
      message: `${subject} was rejected by Meta.`,
      hint: "Open WhatsApp Manager: it says why, and how to ask again.",
      pauseForMs: null,
      at,
    });
    return null;
  };
}
