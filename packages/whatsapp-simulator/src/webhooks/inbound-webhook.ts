import type { ResolvedOptions } from "../resolve-options.js";
import type { SimulatedButton, SimulatedMessage, SimulatedReply } from "../simulated-message.js";
import { webhookContact, webhookEnvelope, webhookTimestamp } from "./webhook-envelope.js";

type QuickReply = Extract<SimulatedButton, { type: "quick_reply" }>;

/** A button that a person pressed, and the message it stood under. */
export interface Press {
  readonly message: SimulatedMessage;
  readonly button: QuickReply;
}

/**
 * Tells that a person wrote, or pressed a button.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/text
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/button
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/interactive
 */
export function inboundWebhook(
  options: ResolvedOptions,
  reply: SimulatedReply,
  press: Press | null,
): unknown {
  const from = reply.from.slice(1);
  const context = press && { context: { from: options.displayPhoneNumber, id: press.message.id } };
  const message = {
    ...context,
    from,
    id: reply.id,
    timestamp: webhookTimestamp(reply.receivedAt),
    ...(press === null ? { type: "text", text: { body: reply.text } } : pressed(press)),
  };
  return webhookEnvelope(options, { contacts: [webhookContact(options, from)], messages: [message] });
}

/** Templates and interactive messages report the same press in different shapes. */
function pressed({ message, button: { text, payload } }: Press) {
  if (message.type === "template") return { type: "button", button: { payload, text } };
  return {
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: payload, title: text } },
  };
}
