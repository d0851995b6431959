import type { Transport, WebhookReading } from "@callboard/core/adapter";
import type { ParsedOptions } from "../parse-options.js";
import { wishReader } from "./messages/wish-words.js";
import { noNews, unreadPiece } from "./news.js";
import type { ChangeOptions } from "./read-change.js";
import { readNews } from "./read-news.js";
import { answerHandshake } from "./request/answer-handshake.js";
import { readBody } from "./request/read-body.js";
import { isSigned } from "./request/verify-signature.js";

/** Meta's own limit for one webhook is 3 MB, and it sends that within a second or so. */
const bodyLimits = { bytes: 3 * 1024 * 1024, timeoutMs: 10_000 };

type WebhookReader = Required<Pick<Transport, "readWebhook" | "rereadWebhook">>;

/** Reads webhooks, or `undefined` when the secrets for it are not given: nothing is read that nobody signed. */
export function webhookReader(options: ParsedOptions): WebhookReader | undefined {
  const { appSecret, verifyToken, phoneNumberId, businessAccountId, optOutWords, optInWords } = options;
  if (appSecret === undefined || verifyToken === undefined) return undefined;
  const secrets = typeof appSecret === "string" ? [appSecret] : appSecret;
  const reading = { phoneNumberId, businessAccountId, wishOf: wishReader(optOutWords, optInWords) };
  return {
    async readWebhook(request) {
      if (request.method === "GET") return nothing(answerHandshake(request.url, verifyToken));
      if (request.method === "POST") return readPost(request, secrets, reading);
      return nothing(new Response(null, { status: 405, headers: { allow: "GET, POST" } }));
    },
    rereadWebhook: (body) => readNews(body, reading) ?? unreadable(body),
  };
}

/**
 * A body that Meta signed is answered with 200, whatever is in it: anything else would bring it back for seven days.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
async function readPost(
  request: Request,
  secrets: readonly string[],
  options: ChangeOptions,
): Promise<WebhookReading> {
  const bytes = await readBody(request, bodyLimits);
  if (typeof bytes === "number") return refusal(bytes);
  if (!isSigned(bytes, request.headers.get("x-hub-signature-256"), secrets)) return refusal(401);
  const body = bytes.toString();
  const news = readNews(body, options);
  if (news === null) return refusal(400);
  return { answer: new Response(null, { status: 200 }), body, ...news };
}

function refusal(status: number): WebhookReading {
  return nothing(new Response(null, { status }));
}

function nothing(answer: Response): WebhookReading {
  return { answer, receipts: [], inbound: [] };
}

function unreadable(body: string) {
  return { ...noNews(), unread: [unreadPiece("a body that is not JSON, or nested too deep", body)] };
}
