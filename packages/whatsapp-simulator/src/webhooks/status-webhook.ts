import { errorOf } from "../graph/error-catalogue.js";
import type { ResolvedOptions } from "../resolve-options.js";
import type { SimulatedMessage } from "../simulated-message.js";
import { type Pricing, pricingOf } from "./pricing.js";
import { webhookContact, webhookEnvelope, webhookTimestamp } from "./webhook-envelope.js";

/**
 * Tells that a message was sent, delivered, read or has failed.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/status
 */
export function statusWebhook(options: ResolvedOptions, message: SimulatedMessage, at: Date): unknown {
  const recipient = message.to.slice(1);
  const pricing = pricingFor(options, message, at);
  const status = {
    id: message.id,
    status: message.status,
    timestamp: webhookTimestamp(at),
    recipient_id: recipient,
    ...(message.callbackData !== null && { biz_opaque_callback_data: message.callbackData }),
    ...(pricing !== null && { pricing }),
    ...(message.errorCode !== null && { errors: [failure(message.errorCode)] }),
  };
  // A failed status comes without contacts.
  const contacts = message.status === "failed" ? {} : { contacts: [webhookContact(options, recipient)] };
  return webhookEnvelope(options, { ...contacts, statuses: [status] });
}

/** The price stands on `sent`, and on whichever of `delivered` and `read` comes first. */
function pricingFor(options: ResolvedOptions, message: SimulatedMessage, at: Date): Pricing | null {
  const isPriced =
    message.status === "sent" ||
    message.status === "delivered" ||
    (message.status === "read" && message.deliveredAt === null);
  return isPriced ? pricingOf(message, options.templates, at) : null;
}

function failure(code: number) {
  const { title } = errorOf(code);
  return {
    code,
    title,
    message: title,
    error_data: { details: title },
    href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
  };
}
