import type { CountryCode } from "libphonenumber-js/max";

/**
 * How to reach one WhatsApp business number, and who may call its webhook.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform
 */
export interface WhatsappTransportOptions {
  /** Meta's id of the sending number, as the app dashboard shows it. It is not the phone number. */
  readonly phoneNumberId: string;
  /**
   * A token with `whatsapp_business_messaging`. A function is asked before every send, so that the token can
   * rotate; keep the token in memory there.
   */
  readonly accessToken: string | (() => string | Promise<string>);
  /**
   * Signs the webhook; at least 16 characters. Several while it rotates: any of them is accepted.
   * Given together with {@link verifyToken}. @default none: the transport has no `readWebhook`
   */
  readonly appSecret?: string | readonly string[] | undefined;
  /** The word that was typed into the dashboard when the webhook was subscribed. @default none */
  readonly verifyToken?: string | undefined;
  /**
   * Words with which people ask to be left alone; a message that is one of them and nothing else opts its writer out of
   * everything. Case, accents and punctuation do not matter. None: nobody is opted out by a word.
   * @default {@link defaultOptOutWords}: "stop", "unsubscribe" and such in several languages
   */
  readonly optOutWords?: readonly string[] | undefined;
  /**
   * Words with which people ask to be told again, likewise.
   * @default {@link defaultOptInWords}: "start", "subscribe" and such in several languages
   */
  readonly optInWords?: readonly string[] | undefined;
  /**
   * Meta's id of the business account that owns the templates. With it, templates are handed to Meta from here, and a
   * message waits until its template is approved. The token then needs `whatsapp_business_management`, too.
   * @default none: messages go out under their template's name, and whether it is approved is Meta's to say
   */
  readonly businessAccountId?: string | undefined;
  /**
   * Ends the name of every template at Meta: with `v2`, `order` is `order_v2`. Another suffix makes new templates there,
   * and the old ones serve until those are approved. Lower case letters, digits and `_`, 1–64 characters.
   * @default none
   */
  readonly templateVersionSuffix?: string | undefined;
  /**
   * Send the rendered text itself, not the template, to people who have written within the last 23 hours and 55 minutes
   * and where its buttons allow it. @default false
   */
  readonly preferFreeText?: boolean | undefined;
  /**
   * Name of a template of Callboard's whose body has one variable, and no buttons. It carries the whole text of a message
   * whose own template is not approved, or that has none while the window is closed. Needs {@link businessAccountId}.
   * @default none: the former wait, and the latter are refused
   */
  readonly fallbackTemplate?: string | undefined;
  /**
   * Version of the Graph API. Meta serves a version for at least two years.
   * @default "v25.0"
   * @see https://developers.facebook.com/docs/graph-api/changelog
   */
  readonly graphVersion?: string | undefined;
  /**
   * Where the Graph API answers. Must be https; http only on this machine, for a simulator.
   * @default "https://graph.facebook.com"
   */
  readonly baseUrl?: string | undefined;
  /** ISO 3166 country, for example `ZW`, of numbers given without country code. @default none: they are refused */
  readonly defaultCountry?: CountryCode | undefined;
  /**
   * What Meta lets the number send in a second, 1–1,000: 80 at first, 20 where the WhatsApp app is used beside the API, and
   * 1,000 once Meta has raised it. More than that waits. @default 80
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
   */
  readonly messagesPerSecond?: number | undefined;
  /**
   * What Meta lets one person be sent at once, 1–1,000. More than that waits. @default 45
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform
   */
  readonly recipientBurst?: number | undefined;
  /** Time between messages to one person once the burst is used up, in ms, 1–600_000. @default 6_000 */
  readonly recipientEveryMs?: number | undefined;
  /** Most connections open at once; one request is on each. 1–1000. @default 50 */
  readonly connections?: number | undefined;
  /** Time allowed to open a connection, in ms, 1–300_000. @default 5_000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Time allowed for one send from its call to the last byte of the answer, in ms, 1–300_000. @default 15_000 */
  readonly timeoutMs?: number | undefined;
}
