import type { FailureClass } from "@callboard/core/adapter";

/** What one of Meta's error codes means for the engine and for a person. */
export interface GraphErrorEntry {
  readonly failureClass: Exclude<FailureClass, "quarantined">;
  /** What a person can do about it, as a sentence. */
  readonly hint: string;
  /** Earliest useful retry when the answer names none, in ms. @default the engine's own wait */
  readonly retryAfterMs?: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const retry = (hint: string, retryAfterMs?: number) => entry("retry", hint, retryAfterMs);
const later = (hint: string, retryAfterMs: number) => entry("retry-later", hint, retryAfterMs);
const sender = (hint: string, retryAfterMs = minute) => entry("sender", hint, retryAfterMs);
const template = (hint: string, retryAfterMs: number) => entry("template", hint, retryAfterMs);
const recipient = (hint: string) => entry("permanent-recipient", hint);
const request = (hint: string) => entry("permanent-request", hint);

const token = "Renew the access token: Meta says that it has expired, was revoked or was never valid.";
const permission = "Give the access token's app the permission whatsapp_business_messaging on this account.";
const numberId =
  "Check phoneNumberId: it must be Meta's id of the number, and the access token must reach it.";
const account =
  "Open WhatsApp Manager: Meta has locked or restricted the account, and only its owner can appeal.";
const slower = "Nothing to do: Meta limits how often this app may call, and sending resumes by itself.";
const outage = "Nothing to do: WhatsApp is in trouble, and the message is tried again by itself.";
const parameters = "Compare the template's variables with the ones that Meta approved; they differ.";
const groups = "Send to a person's number; messages to groups are not supported.";
const calling = "Nothing to send again: the code belongs to WhatsApp calls, not to messages.";
const registration = "Nothing to send again: the code belongs to registering a number in WhatsApp Manager.";
const blocklist = "Nothing to send again: the code belongs to Meta's list of blocked users.";
const usernames = "Nothing to send again: the code belongs to WhatsApp usernames.";
const analytics = "Nothing to send again: the code belongs to synchronisation and analytics.";
const inbound = "Nothing to send again: the code belongs to a message that somebody sent to you.";

/**
 * Every code that Meta documents for sending, and what it means here. Codes that are missing are looked up in
 * {@link codeRanges}, then judged by the answer's status.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export const graphErrorTable: Readonly<Record<number, GraphErrorEntry>> = {
  0: sender(token),
  1: retry(outage),
  2: retry(outage),
  3: sender(permission),
  4: sender(slower),
  10: sender(permission),
  33: sender(numberId),
  100: request("Read the details: Meta names the parameter of the message that it does not accept."),
  102: sender(token),
  104: sender("Set accessToken: Meta says that the request carried none."),
  190: sender(token),
  341: sender(slower),
  368: sender(account, hour),
  613: sender(slower),
  803: request("Check the ids in the options: Meta knows no such object."),
  2500: sender("Check graphVersion and accessToken: Meta did not recognise the path, or found no token."),
  80007: sender(slower),
  80008: sender(slower),
  130403: recipient("Ask the person to unblock the business number in WhatsApp."),
  130429: sender("Nothing to do: the number sends faster than it may, and resumes by itself.", 5 * second),
  130472: later("Reach the person another way: Meta tests holding back marketing from them.", day),
  130497: recipient("Reach the person another way: the business may not message that country."),
  131000: retry(outage),
  131002: request("Read the details: Meta calls the request invalid."),
  131005: sender(permission),
  131008: request("Give every variable a value: a required parameter was missing or empty."),
  131009: request("Read the details: Meta does not accept the value of a parameter."),
  131016: retry(outage),
  131020: request(groups),
  131021: recipient("Give the person another number: this one is the sender itself."),
  131026: recipient("Ask whether the number is on WhatsApp, up to date, and has accepted WhatsApp's terms."),
  131030: recipient(
    "Add the number to the test recipients in the app dashboard, or take the app out of test mode.",
  ),
  131031: sender(account, hour),
  131036: recipient("Ask the person to open WhatsApp: one of their devices could not take the message."),
  131037: sender("Get the number's display name approved in WhatsApp Manager.", 10 * minute),
  131041: request(groups),
  131042: sender("Mend the payment method of the WhatsApp account in Meta's billing settings.", 10 * minute),
  131044: request("Add a payment method in Meta's billing settings before placing calls."),
  131045: sender("Register the number again in WhatsApp Manager; its certificate is not valid.", 10 * minute),
  131047: retry(
    "Nothing to do: it goes out as a template next, because the person last wrote more than 24 hours ago.",
    0,
  ),
  131048: sender(
    "Send less, and only what people want: too many blocked the number or reported it as spam.",
    hour,
  ),
  131049: later(
    "Wait a day, or reach the person another way: Meta caps the marketing that one person gets.",
    day,
  ),
  // The person can be reached all the same: by everything that is no marketing.
  131050: request(
    "Respect it: the person has stopped marketing messages from you; other messages reach them.",
  ),
  131051: request("Send a text or a template: WhatsApp does not take this type of message."),
  131052: request(inbound),
  131053: request("Check that the media's address is public and its type and size are allowed."),
  131055: request("Send it through the Cloud API: the marketing API does not take this type of message."),
  131056: retry(
    "Nothing to do: one person may get a message each 6 seconds, and this one waits its turn.",
    6 * second,
  ),
  131057: sender("Nothing to do: the number is being upgraded, which takes about a minute.", minute),
  131059: request("List again from the beginning: the paging cursor is too old."),
  131060: request(inbound),
  131062: request("Give the person's phone number: this message cannot go to a business-scoped user id."),
  131063: template("Send the template as UTILITY, or use Meta's marketing API for this account.", hour),
  131064: sender(
    "Correct the categories of your templates; Meta has cut the sending limit for a while.",
    hour,
  ),
  132000: request(parameters),
  132001: template(
    "Create the template under this name and language at Meta, or wait until it is approved.",
    10 * minute,
  ),
  132005: request("Shorten the values: the text with its variables is longer than 1024 characters."),
  132007: template("Rewrite the template: its text breaks WhatsApp's policy or format.", hour),
  132008: request(parameters),
  132012: request(parameters),
  132015: template(
    "Improve the template: Meta has paused it for low quality, the first time for 3 hours.",
    3 * hour,
  ),
  132016: template("Write a new template: Meta has disabled this one for low quality, and for good.", day),
  132018: request(
    "Read the details: a variable has a line break, is too long, or does not fit the template.",
  ),
  132068: request("Open WhatsApp Manager: the flow in this message is blocked."),
  132069: later(
    "Nothing to do: the flow in this message is throttled and opens again within the hour.",
    hour,
  ),
  133000: request(registration),
  133004: retry(outage),
  133005: request(registration),
  133006: request(registration),
  133008: request(registration),
  133009: request(registration),
  133010: sender(
    "Register the sending number with the Cloud API; it is the business number, not the person's.",
    10 * minute,
  ),
  133015: request(registration),
  133016: request(registration),
  134011: request("Accept WhatsApp's payments terms in Meta's business settings."),
  134100: request("Send a marketing template: the marketing API takes no other kind."),
  134101: retry(
    "Nothing to do: Meta still synchronises the template, which takes up to 10 minutes.",
    10 * minute,
  ),
  134102: sender("Check in WhatsApp Manager that the account may use the marketing API.", 10 * minute),
  135000: request("Compare the message with Meta's reference: it says only that a parameter is wrong."),
  137000: recipient("Confirm with the person that the number is still theirs: its identity key has changed."),
  200005: request(analytics),
  200006: request(analytics),
  200007: request(analytics),
  1752041: request("Nothing to do: the account has been signed up for the marketing API already."),
  2494100: sender("Nothing to do: the number is in maintenance for some minutes.", 5 * minute),
  2593107: request(analytics),
  2593108: request(analytics),
};

/** Codes that Meta documents by the hundred. */
export const codeRanges: readonly { from: number; to: number; entry: GraphErrorEntry }[] = [
  { from: 200, to: 299, entry: sender(permission) },
  { from: 131_200, to: 131_299, entry: request(groups) },
  { from: 138_000, to: 138_999, entry: request(calling) },
  { from: 139_100, to: 139_199, entry: request(blocklist) },
  { from: 147_001, to: 147_005, entry: request(usernames) },
];

/** 100 with subcode 33: a wrong id, or one that the token may not see. */
export const wrongNumberId = sender(numberId);
/** 131009 about the recipient's number. */
export const wrongAddress = recipient("Correct the person's phone number: WhatsApp does not accept it.");
/** 131053 when the media's own host was busy. */
export const busyMediaHost = retry(
  "Check the host of the media: it answered Meta with 429 or an error of its own.",
);

function entry(
  failureClass: GraphErrorEntry["failureClass"],
  hint: string,
  retryAfterMs?: number,
): GraphErrorEntry {
  return retryAfterMs === undefined ? { failureClass, hint } : { failureClass, hint, retryAfterMs };
}
