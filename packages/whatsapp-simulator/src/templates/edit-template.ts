import type { Simulation } from "../simulation.js";
import { changeTemplate } from "./required-template.js";
import { scheduleReview } from "./review-template.js";
import { checkComponents } from "./rules/check-components.js";
import { storedComponents } from "./stored-components.js";
import type { StoredTemplate, TemplateStatus } from "./stored-template.js";
import type { TemplateEdit } from "./template-draft.js";
import { subcodes, templateRefusal } from "./template-refusal.js";

const dayMs = 24 * 3_600_000;

const editable: ReadonlySet<TemplateStatus> = new Set(["APPROVED", "REJECTED", "PAUSED"]);

/**
 * Replaces the words or the category of a template, and lets a new review follow.
 *
 * @throws {GraphError} 100: subcode 2388039 not in this status, or the subcode of the rule that it breaks.
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-hsm#Updating
 */
export function editTemplate(
  simulation: Simulation,
  template: StoredTemplate,
  edit: TemplateEdit,
): StoredTemplate {
  const { category = template.category, components, message_send_ttl_seconds } = edit;
  checkStatus(template);
  if (template.status === "APPROVED") checkApprovedEdit(simulation, template, category);
  if (components !== undefined) checkComponents(components, { category, format: template.parameterFormat });
  const at = simulation.timers.now();
  const edited = changeTemplate(simulation, template.id, {
    category,
    status: "PENDING",
    rejectedReason: "NONE",
    pausedUntil: null,
    submittedAt: at,
    ...(template.status === "APPROVED" && { editedAt: [...template.editedAt, at] }),
    ...(components !== undefined && { components: storedComponents(components, category) }),
    ...(message_send_ttl_seconds !== undefined && { timeToLiveSeconds: message_send_ttl_seconds }),
  });
  scheduleReview(simulation, template.id);
  return edited;
}

function checkStatus({ status }: StoredTemplate): void {
  if (editable.has(status)) return;
  throw templateRefusal({
    subcode: subcodes.notEditable,
    title: "Message template status can't be changed",
    message: `A template can be edited when it is approved, rejected or paused; this one is ${status}.`,
  });
}

/** Meta publishes these two limits without a subcode. */
function checkApprovedEdit(
  { timers }: Simulation,
  { category, editedAt }: StoredTemplate,
  wantedCategory: string,
): void {
  if (wantedCategory !== category) {
    const message = "The category of an approved template cannot be changed.";
    throw templateRefusal({ subcode: null, title: "Category can't be changed", message });
  }
  const editsWithin = (days: number) =>
    editedAt.filter((at) => at.getTime() > timers.now().getTime() - days * dayMs).length;
  if (editsWithin(1) < 1 && editsWithin(30) < 10) return;
  throw templateRefusal({
    subcode: null,
    title: "Edit limit reached",
    message: "An approved template can be edited once in 24 hours and ten times in 30 days.",
  });
}
