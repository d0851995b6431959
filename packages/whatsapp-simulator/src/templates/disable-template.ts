import type { Simulation } from "../simulation.js";
import { unixSeconds } from "../unix-seconds.js";
import { dropHeldMessages } from "./hold-message.js";
import { changeTemplate } from "./required-template.js";
import type { RejectionReason, StoredTemplate } from "./stored-template.js";
import { sendTemplateStatus } from "./template-webhook.js";

/**
 * Ends a template for good: it can be neither sent, edited nor deleted.
 *
 * @throws {TypeError} There is no template with this id.
 */
export function disableTemplate(
  simulation: Simulation,
  id: string,
  reason: RejectionReason | "NONE" = "NONE",
): StoredTemplate {
  const at = simulation.timers.now();
  const template = changeTemplate(simulation, id, {
    status: "DISABLED",
    rejectedReason: reason,
    decidedAt: at,
    pausedUntil: null,
  });
  const info = {
    other_info: { title: "DISABLED", description: "The template is disabled for low quality or policy." },
    disable_info: { disable_date: unixSeconds(at) },
  };
  sendTemplateStatus(simulation, template, { event: "DISABLED", reason, info });
  dropHeldMessages(simulation, id);
  return template;
}
