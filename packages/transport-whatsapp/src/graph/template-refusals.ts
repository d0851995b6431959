import type { GraphErrorEntry } from "./error-table.js";

const hour = 3_600_000;
const day = 24 * hour;

/**
 * What Meta's subcodes about templates mean; all of them come under code 100.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export const templateRefusals: Readonly<Record<number, GraphErrorEntry>> = {
  33: sender(
    "Check businessAccountId: it must be the id of the WhatsApp business account, and the token must reach it.",
  ),
  2388019: request(
    "Delete templates that are not needed, or have the business verified: the account is full.",
  ),
  2388023: later(
    "Wait until Meta has let go of the name, 30 days after its deletion; or set a new templateVersionSuffix.",
    30 * day,
  ),
  2388024: request("Plan again: Meta has a template of this name and language already."),
  2388039: later("Wait until Meta has reviewed what it was given last; then plan again.", hour),
  2388040: request("Shorten the template: one of its texts is longer than Meta allows."),
  2388043: request("Give every variable an example: the template's sample must lead to a value for each."),
  2388046: request("Use lower case letters, digits and _ alone in the name, or set whatsapp.name."),
  2388047: request(
    "Mend the header: 60 characters at most, one variable, no line break, emoji or formatting.",
  ),
  2388050: request("Mend the contact button: Meta does not accept its number or address."),
  2388072: request("Mend the body: Meta does not accept its text or its variables."),
  2388073: request("Mend the footer: 60 characters at most, and no variable."),
  2388153: request("Mend the contact button: Meta does not accept its number or address."),
  2388155: request("Choose another name: this one belongs to a sample template of Meta's."),
  2388293: request("Write more words around the variables: the text is too short for so many."),
  2388299: request("Put words before the first variable and after the last one."),
};

function request(hint: string): GraphErrorEntry {
  return { failureClass: "permanent-request", hint };
}

function later(hint: string, retryAfterMs: number): GraphErrorEntry {
  return { failureClass: "retry-later", hint, retryAfterMs };
}

function sender(hint: string): GraphErrorEntry {
  return { failureClass: "sender", hint, retryAfterMs: 60_000 };
}
