import { asFields, asText, type Fields } from "../narrow.js";
import { type News, readEach } from "./news.js";
import { type ChangeOptions, readChange } from "./read-change.js";
import { readTimestamp } from "./read-timestamp.js";

/** As which account the dashboard's "Test" button sends its samples. */
const sampleAccount = "0";

/**
 * Gathers what a webhook says. What cannot be read is set aside, piece by piece; webhooks of Meta's other products, which may
 * share the address, are ignored.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
export function readEnvelope(envelope: unknown, options: ChangeOptions, news: News): void {
  const root = asFields(envelope);
  if (root?.object !== "whatsapp_business_account") return;
  readEach(
    root.entry,
    "webhook entry",
    (entry) => {
      const about = { at: readTimestamp(entry.time), isOurAccount: isOurs(entry, options.businessAccountId) };
      readEach(
        entry.changes,
        "webhook change",
        (change, gathered) => readChange(change, about, options, gathered),
        news,
      );
      return null;
    },
    news,
  );
}

// An app may be subscribed for several accounts, whose templates can have the same names.
function isOurs(entry: Fields, businessAccountId: string | undefined): boolean {
  const id = asText(entry.id);
  if (businessAccountId === undefined) return id !== sampleAccount;
  return id === null || id === businessAccountId;
}
