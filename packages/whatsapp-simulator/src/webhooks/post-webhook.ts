import { legacyWebhookSignature, webhookSignature } from "./webhook-body.js";
import type { WebhookClient } from "./webhook-client.js";

/** An app that is subscribed to the business account. Each has its own address and its own secret. */
export interface SubscribedApp {
  readonly webhookUrl: string;
  readonly appSecret: string;
}

/** How the address took one body. */
export interface WebhookAnswer {
  /** Null when nobody answered. */
  readonly httpStatus: number | null;
  /** Null when it was answered with 200, otherwise what went wrong. */
  readonly problem: string | null;
}

/** Posts one signed body. Never throws. */
export async function postWebhook(
  client: WebhookClient,
  { body, app, signal }: { body: Buffer; app: SubscribedApp; signal: AbortSignal },
): Promise<WebhookAnswer> {
  const headers = {
    "content-type": "application/json",
    "x-hub-signature": legacyWebhookSignature(body, app.appSecret),
    "x-hub-signature-256": webhookSignature(body, app.appSecret),
  };
  try {
    const { status } = await client.call(app.webhookUrl, { method: "POST", headers, body, signal });
    return { httpStatus: status, problem: status === 200 ? null : `answered ${status}` };
  } catch (error) {
    return { httpStatus: null, problem: describe(error) };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  // A refused connection to "localhost" is an AggregateError with an empty message.
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
