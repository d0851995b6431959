import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Answers the request with which Meta asks whether this address wants its webhooks: the challenge when the token is
 * right, else 403.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export function answerHandshake(url: string, verifyToken: string): Response {
  const { searchParams } = new URL(url);
  const challenge = searchParams.get("hub.challenge");
  const welcome =
    searchParams.get("hub.mode") === "subscribe" && isSame(searchParams.get("hub.verify_token"), verifyToken);
  if (!welcome || challenge === null) return new Response(null, { status: 403 });
  return new Response(challenge, {
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  });
}

// Digests, because the comparison in constant time needs two texts of equal length.
function isSame(given: string | null, expected: string): boolean {
  return given !== null && timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
