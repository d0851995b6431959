export type { AccountOptions, TemplatePacingOptions, TemplateReviewOptions } from "./account-options.js";
export type { FaultTarget, SimulatorFault } from "./faults/fault.js";
export type { IncomingMessage, IncomingText } from "./incoming-message.js";
export type { AccountLimitOptions } from "./limits/account-limits.js";
export type { Identity, SimulatedPerson } from "./person.js";
export type { ButtonPress } from "./receive-reply.js";
export type {
  ShownContent,
  SimulatedButton,
  SimulatedMessage,
  SimulatedReply,
  SimulatedStatus,
} from "./simulated-message.js";
export type { SimulatedTemplate } from "./simulated-template.js";
export type { SimulatorClock } from "./simulator-clock.js";
export { startSimulator } from "./start-simulator.js";
export type { TemplateDecision } from "./templates/decide-template.js";
export type {
  QualityScore,
  RejectionReason,
  StoredButton,
  StoredComponent,
  StoredTemplate,
  TemplateCategory,
  TemplateStatus,
} from "./templates/stored-template.js";
export { type VirtualClock, virtualClock } from "./virtual-clock.js";
export type { WebhookOptions } from "./webhook-options.js";
export type { AnnouncementKind, Announcements } from "./webhooks/announcement.js";
export type { SubscribedApp } from "./webhooks/post-webhook.js";
export type { WebhookVerification } from "./webhooks/verify-webhook.js";
export { webhookBody, webhookSignature } from "./webhooks/webhook-body.js";
export type { WebhookDelivery } from "./webhooks/webhook-delivery.js";
export type { SentWebhook, WebhookPost, WebhookReport } from "./webhooks/webhook-log.js";
export type { FaultOptions, WhatsappSimulator } from "./whatsapp-simulator.js";
export type { StatusDelaysMs, WhatsappSimulatorOptions } from "./whatsapp-simulator-options.js";
