import type { ResolvedOptions } from "../resolve-options.js";
import type { SimulatedButton, SimulatedMessage, SimulatedReply } from "../simulated-message.js";
import { webhookEnvelope, webhookTimestamp } from "./webhook-envelope.js";
import type { WebhookPayload } from "./webhook-payload.js";
import { webhookContact, webhookSenderOf } from "./webhook-person.js";

type QuickReply = Extract<SimulatedButton, { type: "quick_reply" }>;

/** A button that a person pressed, and the message it stood under. */
export interface Press {
  readonly message: SimulatedMessage;
  readonly button: QuickReply;
}

/**
 * Tells that a person wrote, or pressed a button.
 *
 * @param content - `type` and the fields that go with it.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/text
 */
export function inboundWebhook(
  options: ResolvedOptions,
  reply: SimulatedReply,
  content: Readonly<Record<string, unknown>>,
): WebhookPayload {
  const digits = reply.from.slice(1);
  const message = {
    ...(reply.quotedId !== null && { context: { from: options.displayPhoneNumber, id: reply.quotedId } }),
    ...webhookSenderOf(options, digits),
    id: reply.id,
    timestamp: webhookTimestamp(reply.receivedAt),
    ...content,
  };
  return webhookEnvelope(options, { contacts: [webhookContact(options, digits)], messages: [message] });
}

/**
 * Templates and interactive messages report the same press in different shapes.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/button
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/interactive
 */
export function pressedContent({ message, button: { text, payload } }: Press) {
  if (message.type === "template") return { type: "button", button: { payload, text } };
  return {
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: payload, title: text } },
  };
}
