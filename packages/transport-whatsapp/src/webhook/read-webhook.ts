import type { WebhookReading } from "@callboard/core/adapter";
import { parseJson } from "../narrow.js";
import type { ParsedOptions } from "../parse-options.js";
import { answerHandshake } from "./answer-handshake.js";
import { readBody } from "./read-body.js";
import { readEnvelope } from "./read-envelope.js";
import { isSigned } from "./verify-signature.js";

/** Meta's own limit for one webhook is 3 MB. */
const largestBody = 3 * 1024 * 1024;

type ReadWebhook = (request: Request) => Promise<WebhookReading>;

/** Reads webhooks, or `undefined` when the secrets for it are not given. */
export function webhookReader(options: ParsedOptions): ReadWebhook | undefined {
  const { appSecret, verifyToken, phoneNumberId } = options;
  if (appSecret === undefined || verifyToken === undefined) return undefined;
  const secrets = typeof appSecret === "string" ? [appSecret] : appSecret;
  return async (request) => {
    if (request.method === "GET") return nothing(answerHandshake(request.url, verifyToken));
    if (request.method !== "POST")
      return nothing(new Response(null, { status: 405, headers: { allow: "GET, POST" } }));
    return readPost(request, secrets, phoneNumberId);
  };
}

/**
 * A body that Meta signed is always answered with 200, whatever is in it: anything else would bring it back for
 * seven days.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
async function readPost(
  request: Request,
  secrets: readonly string[],
  phoneNumberId: string,
): Promise<WebhookReading> {
  const body = await readBody(request, largestBody);
  if (typeof body === "number") return refusal(body);
  if (!isSigned(body, request.headers.get("x-hub-signature-256"), secrets)) return refusal(401);
  const envelope = parseJson(body.toString());
  if (envelope === undefined) return refusal(400);
  return { answer: new Response(null, { status: 200 }), ...readEnvelope(envelope, phoneNumberId) };
}

function refusal(status: number): WebhookReading {
  return nothing(new Response(null, { status }));
}

function nothing(answer: Response): WebhookReading {
  return { answer, receipts: [], inbound: [] };
}
