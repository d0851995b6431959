/**
 * The digits of a phone number, as WhatsApp writes them in `wa_id`, or null when it is no phone number.
 *
 * Plus sign, spaces, hyphens, dots and brackets are dropped; 7 to 15 digits must be left, the first one not zero.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/phone-numbers#formatting
 */
export function phoneDigits(text: string): string | null {
  if (!/^\s*\+?[\d\s().-]+$/.test(text)) return null;
  const digits = text.replace(/\D/g, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

/** The E.164 form of a phone number's digits. */
export function e164(digits: string): string {
  return `+${digits}`;
}
