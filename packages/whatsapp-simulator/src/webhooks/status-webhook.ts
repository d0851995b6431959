import { createHash } from "node:crypto";
import { errorOf } from "../graph/error-catalogue.js";
import type { SimulatedMessage } from "../simulated-message.js";
import type { Simulation } from "../simulation.js";
import { type Pricing, pricingOf } from "./pricing.js";
import { webhookEnvelope, webhookTimestamp } from "./webhook-envelope.js";
import type { WebhookPayload } from "./webhook-payload.js";
import { webhookContact, webhookRecipient } from "./webhook-person.js";

/**
 * Tells that a message was sent, delivered, read or has failed.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/status
 */
export function statusWebhook(simulation: Simulation, message: SimulatedMessage, at: Date): WebhookPayload {
  const { options } = simulation;
  const digits = message.to.slice(1);
  const isOldShape = options.webhookDelivery.shape === "v23";
  const pricing = isPriced(message) ? price(simulation, message, at) : null;
  const status = {
    id: message.id,
    status: message.status,
    timestamp: webhookTimestamp(at),
    ...webhookRecipient(options, digits),
    ...(message.callbackData !== null && { biz_opaque_callback_data: message.callbackData }),
    ...(isOldShape && pricing !== null && { conversation: conversation(message, pricing) }),
    ...(pricing !== null && { pricing }),
    ...(message.errorCode !== null && { errors: [failure(message.errorCode)] }),
  };
  // A failed status comes without contacts.
  const hasContacts = !isOldShape && message.status !== "failed";
  const contacts = hasContacts ? { contacts: [webhookContact(options, digits)] } : {};
  return webhookEnvelope(options, { ...contacts, statuses: [status] });
}

/** The price stands on `sent`, and on whichever of `delivered` and `read` comes first. */
function isPriced({ status, deliveredAt }: SimulatedMessage): boolean {
  return status === "sent" || status === "delivered" || (status === "read" && deliveredAt === null);
}

function price({ templates, windows }: Simulation, message: SimulatedMessage, at: Date): Pricing {
  const { type, templateName, to, acceptedAt } = message;
  const [template] = templates.named(templateName ?? "");
  // A template that was accepted without being known is taken for what most are.
  const category = type === "template" ? (template?.category ?? "UTILITY").toLowerCase() : null;
  const isInWindow = type !== "template" || windows.isOpen(to.slice(1), acceptedAt);
  return pricingOf({ templateCategory: category, isInWindow, at });
}

/** One conversation for each person, category and day. Only `sent` tells when it ends. */
function conversation({ status, to, acceptedAt }: SimulatedMessage, { category }: Pricing) {
  const day = acceptedAt.toISOString().slice(0, 10);
  const end = new Date(acceptedAt.getTime() + 24 * 3_600_000);
  return {
    id: createHash("md5").update(`${to}:${category}:${day}`).digest("hex"),
    ...(status === "sent" && { expiration_timestamp: webhookTimestamp(end) }),
    origin: { type: category },
  };
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
