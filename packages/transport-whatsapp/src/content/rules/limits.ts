/**
 * Lengths in characters, as Meta counts them.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export const lengths = {
  name: 512,
  freeText: 4096,
  body: 1024,
  header: 60,
  footer: 60,
  url: 2000,
  phone: 20,
  couponCode: 20,
  buttonId: 256,
  authenticationValue: 15,
} as const;

/** What a button may be: by its count and by the length of its label. */
export interface ButtonLimits {
  readonly place: string;
  readonly total: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly label: number;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export const freeTextButtons: ButtonLimits = {
  place: "a free text",
  total: 3,
  kinds: { reply: 3, url: 1 },
  label: 20,
};

export const templateButtons: ButtonLimits = {
  place: "a template",
  total: 10,
  kinds: { reply: 10, url: 2, phone: 1, code: 1, otp: 1 },
  label: 25,
};

/** Whole seconds between which a message may wait for its phone; −1, where it is allowed, means 30 days. */
export const timesToLive: ReadonlyMap<unknown, { least: number; most: number; forever: boolean }> = new Map([
  ["UTILITY", { least: 30, most: 43_200, forever: true }],
  ["MARKETING", { least: 43_200, most: 2_592_000, forever: false }],
  ["AUTHENTICATION", { least: 30, most: 900, forever: true }],
]);
