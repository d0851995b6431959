import type { Simulation } from "../simulation.js";
import { changeTemplate } from "./required-template.js";
import type { StoredTemplate } from "./stored-template.js";
import { sendTemplateStatus } from "./template-webhook.js";

/**
 * Lets a template be sent from now on, and tells the host.
 *
 * @throws {TypeError} There is no template with this id.
 */
export function approveTemplate(simulation: Simulation, id: string): StoredTemplate {
  const template = changeTemplate(simulation, id, {
    status: "APPROVED",
    rejectedReason: "NONE",
    decidedAt: simulation.timers.now(),
    pausedUntil: null,
  });
  sendTemplateStatus(simulation, template, { event: "APPROVED" });
  return template;
}
