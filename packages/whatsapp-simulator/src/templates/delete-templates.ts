import type { Simulation } from "../simulation.js";
import type { StoredTemplate } from "./stored-template.js";
import { templateRefusal } from "./template-refusal.js";
import { sendTemplateStatus } from "./template-webhook.js";

const blockMs = 30 * 24 * 3_600_000;

/**
 * Takes templates off the shelf and keeps the names of approved ones from being used for 30 days.
 *
 * @param options.wholeName - Block the name in every language, not only in the ones that are deleted.
 * @throws {GraphError} 100: there is none, or one is disabled; then nothing is deleted.
 */
export function deleteTemplates(
  simulation: Simulation,
  templates: readonly StoredTemplate[],
  { wholeName }: { readonly wholeName: boolean },
): void {
  if (templates.length === 0) {
    const message = "There is no such template in this account.";
    throw templateRefusal({ subcode: null, title: "Message template not found", message });
  }
  if (templates.some(({ status }) => status === "DISABLED")) {
    const message = "A disabled template cannot be deleted.";
    throw templateRefusal({ subcode: null, title: "Message template can't be deleted", message });
  }
  for (const template of templates) deleteTemplate(simulation, template, wholeName);
}

function deleteTemplate(simulation: Simulation, template: StoredTemplate, wholeName: boolean): void {
  const { id, name, language, status } = template;
  const until = new Date(simulation.timers.now().getTime() + blockMs);
  if (status === "APPROVED" || status === "PAUSED") {
    simulation.templates.block(name, wholeName ? null : language, until);
  }
  simulation.templates.remove(id);
  sendTemplateStatus(simulation, template, { event: "DELETED" });
}
