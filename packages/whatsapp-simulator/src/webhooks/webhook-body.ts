import { createHmac } from "node:crypto";

/**
 * A webhook's bytes as Meta writes them: non-ASCII as lower-case `\uXXXX`, and `/` as `\/`.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#payload
 */
export function webhookBody(payload: unknown): Buffer {
  const escaped = JSON.stringify(payload)
    .replaceAll("/", "\\/")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Buffer.from(escaped, "latin1");
}

/** The value of `X-Hub-Signature-256` for these bytes. */
export function webhookSignature(body: Uint8Array, appSecret: string): string {
  return `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
}

/** The value of the older `X-Hub-Signature`, which still comes beside the other one. */
export function legacyWebhookSignature(body: Uint8Array, appSecret: string): string {
  return `sha1=${createHmac("sha1", appSecret).update(body).digest("hex")}`;
}
