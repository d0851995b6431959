import type { Simulation } from "../simulation.js";
import { accountEnvelope } from "../webhooks/webhook-envelope.js";
import type { StoredTemplate } from "./stored-template.js";

type TemplateField =
  | "message_template_status_update"
  | "message_template_quality_update"
  | "message_template_components_update"
  | "template_category_update";

/**
 * Tells the host that something about a template has changed.
 *
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components
 */
export function sendTemplateWebhook(
  simulation: Simulation,
  template: StoredTemplate,
  { field, value }: { field: TemplateField; value: Readonly<Record<string, unknown>> },
): void {
  const { options, timers, webhooks } = simulation;
  const about = {
    message_template_id: Number(template.id),
    message_template_name: template.name,
    message_template_language: template.language,
  };
  const event = accountEnvelope(options, { field, value: { ...value, ...about }, at: timers.now() });
  // One lane per template: its events arrive in order, other templates do not wait.
  void webhooks.send(`template:${template.id}`, event);
}

/** What a status event tells besides the template it is about. */
export interface StatusEvent {
  /** `APPROVED`, `REJECTED`, `PAUSED`, `REINSTATED`, `DISABLED`, `DELETED` … */
  readonly event: string;
  /** @default "NONE" */
  readonly reason?: string;
  /** `disable_info`, `other_info` or `rejection_info`. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Tells the host that a template has another status. */
export function sendTemplateStatus(
  simulation: Simulation,
  template: StoredTemplate,
  { event, reason = "NONE", info = {} }: StatusEvent,
): void {
  const value = { event, reason, message_template_category: template.category, ...info };
  sendTemplateWebhook(simulation, template, { field: "message_template_status_update", value });
}
