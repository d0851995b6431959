import type { Simulation } from "../simulation.js";
import { releaseHeldMessages } from "./hold-message.js";
import { changeTemplate, requiredTemplate } from "./required-template.js";
import type { QualityScore, StoredTemplate } from "./stored-template.js";
import { sendTemplateWebhook } from "./template-webhook.js";

/**
 * Gives a template another quality score, and tells the host.
 *
 * @throws {TypeError} There is no template with this id.
 */
export function gradeTemplate(simulation: Simulation, id: string, score: QualityScore): StoredTemplate {
  const { qualityScore } = requiredTemplate(simulation, id);
  const template = changeTemplate(simulation, id, { qualityScore: score });
  const value = { previous_quality_score: qualityScore, new_quality_score: score };
  sendTemplateWebhook(simulation, template, { field: "message_template_quality_update", value });
  if (score === "GREEN") releaseHeldMessages(simulation, id);
  return template;
}
