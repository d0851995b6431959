import type { Simulation } from "../simulation.js";
import { changeTemplate, requiredTemplate } from "./required-template.js";
import type { StoredTemplate, TemplateCategory } from "./stored-template.js";
import { sendTemplateWebhook } from "./template-webhook.js";

/** Time in ms between the notice and the change. */
const noticeMs = 24 * 3_600_000;

/**
 * Meta decides that a template belongs to another category, which has another price.
 *
 * With `notice` the host is told at once and the change follows after 24 hours; without, it happens now.
 *
 * @throws {TypeError} There is no template with this id.
 * @see https://developers.facebook.com/docs/whatsapp/updates-to-pricing/new-template-guidelines
 */
export function recategoriseTemplate(
  simulation: Simulation,
  id: string,
  category: TemplateCategory,
  { notice = false }: { readonly notice?: boolean } = {},
): StoredTemplate {
  return notice ? announceChange(simulation, id, category) : applyChange(simulation, id, category);
}

function announceChange(simulation: Simulation, id: string, category: TemplateCategory): StoredTemplate {
  const template = changeTemplate(simulation, id, { correctCategory: category });
  // In a notice `new_category` is the category that still holds.
  const value = { correct_category: category, new_category: template.category };
  sendTemplateWebhook(simulation, template, { field: "template_category_update", value });
  simulation.timers.after(noticeMs, () => {
    if (simulation.templates.byId(id)?.correctCategory === category) applyChange(simulation, id, category);
  });
  return template;
}

function applyChange(simulation: Simulation, id: string, category: TemplateCategory): StoredTemplate {
  const previousCategory = requiredTemplate(simulation, id).category;
  const template = changeTemplate(simulation, id, { category, previousCategory, correctCategory: null });
  const value = { previous_category: previousCategory, new_category: category };
  sendTemplateWebhook(simulation, template, { field: "template_category_update", value });
  return template;
}
