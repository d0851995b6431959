import type { Simulation } from "../simulation.js";
import { changeTemplate } from "./required-template.js";
import type { StoredTemplate } from "./stored-template.js";
import { sendTemplateStatus } from "./template-webhook.js";

/**
 * Lets a paused template be sent again. Its earlier pauses still count.
 *
 * @throws {TypeError} There is no template with this id.
 */
export function unpauseTemplate(simulation: Simulation, id: string): StoredTemplate {
  const template = changeTemplate(simulation, id, { status: "APPROVED", pausedUntil: null });
  sendTemplateStatus(simulation, template, {
    event: "REINSTATED",
    info: { other_info: { title: "UNPAUSE", description: "The template can be sent again." } },
  });
  return template;
}
