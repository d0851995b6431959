export type { SimulatorFault } from "./faults/fault.js";
export type { ButtonPress, IncomingText } from "./receive-reply.js";
export type {
  ShownContent,
  SimulatedButton,
  SimulatedMessage,
  SimulatedReply,
  SimulatedStatus,
} from "./simulated-message.js";
export type { SimulatedTemplate } from "./simulated-template.js";
export type { SimulatorClock } from "./simulator-clock.js";
export { startSimulator, type WhatsappSimulator } from "./start-simulator.js";
export type { WebhookVerification } from "./webhooks/verify-webhook.js";
export { webhookBody, webhookSignature } from "./webhooks/webhook-body.js";
export type { WebhookReport } from "./webhooks/webhook-sender.js";
export type { StatusDelaysMs, WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";
