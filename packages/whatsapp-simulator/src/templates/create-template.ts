import { admitCall } from "../limits/admit-call.js";
import type { Simulation } from "../simulation.js";
import { scheduleReview } from "./review-template.js";
import { checkComponents } from "./rules/check-components.js";
import { checkTemplateName } from "./rules/check-name.js";
import { storedComponents } from "./stored-components.js";
import type { StoredTemplate } from "./stored-template.js";
import type { NewTemplate } from "./template-draft.js";
import { subcodes, templateRefusal } from "./template-refusal.js";

/**
 * Takes in a new template and lets its review follow.
 *
 * @throws {GraphError} 100 with the subcode of the rule that it breaks, 80007 too many in an hour.
 */
export function createTemplate(simulation: Simulation, draft: NewTemplate): StoredTemplate {
  const { name, category, parameter_format: format, components } = draft;
  checkTemplateName(name);
  checkComponents(components, { category, format });
  checkPlace(simulation, draft);
  admitCall(simulation, simulation.templateCreations);
  const template = newTemplate(simulation, draft);
  simulation.templates.add(template);
  scheduleReview(simulation, template.id);
  return template;
}

/** Whether the account has room for this name in this language. */
function checkPlace(
  { templates, timers, options }: Simulation,
  { name, language, category }: NewTemplate,
): void {
  if (templates.isBlocked(name, language, timers.now())) {
    const message = "Content of this name is being deleted. Try again in four weeks, or choose another name.";
    throw templateRefusal({
      subcode: subcodes.nameBeingDeleted,
      title: "The name is being deleted",
      message,
    });
  }
  if (templates.find(name, language) !== null) {
    const message = `There is already content in ${language} for this template. Edit it, or choose another name.`;
    throw templateRefusal({
      subcode: subcodes.languageExists,
      title: "Content in this language exists",
      message,
    });
  }
  const other = templates.named(name).find((template) => template.category !== category);
  if (other !== undefined) {
    const message = `The category ${category} is not the one that this name has, ${other.category}.`;
    throw templateRefusal({ subcode: null, title: "Another category", message });
  }
  const { templates: limit } = options.limits;
  if (limit !== null && templates.all().length >= limit) {
    const message = `The account holds ${limit} templates, and no more are allowed. Delete some first.`;
    throw templateRefusal({ subcode: subcodes.tooManyTemplates, title: "Template limit reached", message });
  }
}

function newTemplate({ ids, timers }: Simulation, draft: NewTemplate): StoredTemplate {
  const at = timers.now();
  return {
    id: ids.digits(15),
    name: draft.name,
    language: draft.language,
    category: draft.category,
    previousCategory: null,
    correctCategory: null,
    status: "PENDING",
    rejectedReason: "NONE",
    qualityScore: "UNKNOWN",
    parameterFormat: draft.parameter_format,
    components: storedComponents(draft.components, draft.category),
    timeToLiveSeconds: draft.message_send_ttl_seconds ?? null,
    createdAt: at,
    decidedAt: null,
    submittedAt: at,
    updatedAt: at,
    editedAt: [],
    pauses: 0,
    pausedUntil: null,
  };
}
