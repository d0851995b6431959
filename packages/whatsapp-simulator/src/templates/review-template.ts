import type { Simulation } from "../simulation.js";
import { approveTemplate } from "./approve-template.js";
import { type RejectionInfo, rejectTemplate } from "./reject-template.js";
import { hasAdjacentVariables } from "./rules/variables.js";
import type { StoredTemplate, TemplateStatus } from "./stored-template.js";
import { partsOf } from "./template-parts.js";

/** Lets the verdict on a template follow after the review's time. Without `templateReview` a person decides. */
export function scheduleReview(simulation: Simulation, id: string): void {
  const review = simulation.options.templateReview;
  if (review === null) return;
  const submittedAt = simulation.templates.byId(id)?.submittedAt;
  simulation.timers.after(review.delayMs, () => {
    const template = simulation.templates.byId(id);
    const isSameSubmission = template?.status === "PENDING" && template.submittedAt === submittedAt;
    if (isSameSubmission) reviewTemplate(simulation, template, review.verdict);
  });
}

function reviewTemplate(
  simulation: Simulation,
  template: StoredTemplate,
  verdict: NonNullable<Simulation["options"]["templateReview"]>["verdict"],
): void {
  const fault = faultOf(simulation, template);
  if (fault !== null) rejectTemplate(simulation, template.id, "INVALID_FORMAT", fault);
  else if (verdict === "APPROVED") approveTemplate(simulation, template.id);
  else rejectTemplate(simulation, template.id, verdict);
}

/** A copy is measured against the templates that stand, not against those that may never do. */
const undecided: ReadonlySet<TemplateStatus> = new Set(["PENDING", "REJECTED"]);

/**
 * What only the review finds. Meta does not tell which reason a copy is rejected for.
 *
 * @see https://developers.facebook.com/docs/whatsapp/message-templates/guidelines#common-rejection-reasons
 */
function faultOf({ templates }: Simulation, template: StoredTemplate): RejectionInfo | null {
  const { body, footer } = partsOf(template.components);
  if (hasAdjacentVariables(body?.text ?? "")) {
    return {
      reason: "Two variables stand side by side without words between them.",
      recommendation: "Put words between the variables, so that each one can be understood.",
    };
  }
  const isCopy = (other: StoredTemplate) => {
    const parts = partsOf(other.components);
    return (
      other.id !== template.id &&
      other.name !== template.name &&
      !undecided.has(other.status) &&
      parts.body?.text === body?.text &&
      parts.footer?.text === footer?.text
    );
  };
  // One-time codes all have the words that Meta gave them.
  if (template.category === "AUTHENTICATION" || !templates.all().some(isCopy)) return null;
  return {
    reason: "Another template has the same body and footer.",
    recommendation: "Use the template that exists, or change the words.",
  };
}
