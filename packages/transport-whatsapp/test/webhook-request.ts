import { createHmac } from "node:crypto";
import type { WebhookReading } from "@callboard/core/adapter";
import { appSecret, transportAt, verifyToken } from "./fixtures.js";

export const phoneNumberId = "106540352242922";

const transport = transportAt("https://graph.facebook.com", { appSecret, verifyToken, phoneNumberId });

export async function read(request: Request): Promise<WebhookReading> {
  const reading = await transport.readWebhook?.(request);
  if (reading === undefined) throw new Error("The transport has no readWebhook.");
  return reading;
}

/** A POST as Meta would send it. */
export function signed(body: string, secret = appSecret): Request {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}`, "content-type": "application/json" };
  return new Request("https://host.example/webhooks/whatsapp", { method: "POST", body, headers });
}

export function readSigned(body: string): Promise<WebhookReading> {
  return read(signed(body));
}

/** A webhook about messages, with these fields in its value. */
export function envelopeOf(value: object): string {
  const metadata = { display_phone_number: "15550783881", phone_number_id: phoneNumberId };
  return changeOf("messages", { messaging_product: "whatsapp", metadata, contacts: [], ...value });
}

/** A webhook with one change. */
export function changeOf(field: string | undefined, value: object, entry: object = {}): string {
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "102290129340398", ...entry, changes: [{ field, value }] }],
  });
}

export function statusOf(changes: object): object {
  return {
    id: "wamid.1",
    status: "delivered",
    timestamp: "1750263773",
    recipient_id: "263771234567",
    ...changes,
  };
}

export function letterOf(changes: object): object {
  return {
    from: "263771234567",
    id: "wamid.in",
    timestamp: "1758254144",
    type: "text",
    text: { body: "Hi!" },
    ...changes,
  };
}
