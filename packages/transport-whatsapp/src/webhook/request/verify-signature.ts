import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * True when Meta signed exactly these bytes with one of the secrets. The bytes are hashed as they came: Meta signs
 * its own escaping of the JSON, which no second serialisation reproduces.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export function isSigned(body: Buffer, header: string | null, secrets: readonly string[]): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? "")?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, "hex");
  return secrets.some((secret) => timingSafeEqual(given, createHmac("sha256", secret).update(body).digest()));
}
