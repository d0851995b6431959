import { randomInt } from "node:crypto";
import type { WebhookClient } from "./webhook-client.js";

/** How the webhook address answered the handshake. */
export interface WebhookVerification {
  readonly verified: boolean;
  /** Null when nobody answered. */
  readonly httpStatus: number | null;
  /** What to mend, or null when verified. */
  readonly problem: string | null;
}

/**
 * Asks the webhook address to repeat a challenge, as Meta does when an address is registered.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 */
export async function verifyWebhook(
  client: WebhookClient,
  { url, verifyToken, signal }: { url: string; verifyToken: string; signal: AbortSignal },
): Promise<WebhookVerification> {
  const challenge = String(randomInt(1_000_000_000, 9_999_999_999));
  const address = new URL(url);
  address.searchParams.set("hub.mode", "subscribe");
  address.searchParams.set("hub.challenge", challenge);
  address.searchParams.set("hub.verify_token", verifyToken);
  try {
    const { status, text } = await client.call(address.href, { method: "GET", signal });
    return judge(status, text, challenge);
  } catch {
    return {
      verified: false,
      httpStatus: null,
      problem: "Nobody answered. Is the server running at this address?",
    };
  }
}

function judge(httpStatus: number, text: string, challenge: string): WebhookVerification {
  if (httpStatus !== 200) {
    const problem = `Answered ${httpStatus} instead of 200. Do both sides have the same verify token?`;
    return { verified: false, httpStatus, problem };
  }
  if (text !== challenge) {
    return {
      verified: false,
      httpStatus,
      problem: "Answered 200, but the body is not exactly hub.challenge.",
    };
  }
  return { verified: true, httpStatus, problem: null };
}
