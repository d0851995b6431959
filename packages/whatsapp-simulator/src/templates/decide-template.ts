import { z } from "zod";
import type { Simulation } from "../simulation.js";
import { approveTemplate } from "./approve-template.js";
import { disableTemplate } from "./disable-template.js";
import { gradeTemplate } from "./grade-template.js";
import { pauseTemplate } from "./pause-template.js";
import { recategoriseTemplate } from "./recategorise-template.js";
import { rejectTemplate } from "./reject-template.js";
import { rejectionReasons, type StoredTemplate } from "./stored-template.js";
import { unpauseTemplate } from "./unpause-template.js";

/** The schema behind {@link TemplateDecision}. */
export const templateDecisionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("approve") }),
  z.strictObject({ kind: z.literal("reject"), reason: z.enum(rejectionReasons) }),
  /** For three hours, then for six; the third time disables. */
  z.strictObject({ kind: z.literal("pause") }),
  z.strictObject({ kind: z.literal("unpause") }),
  z.strictObject({ kind: z.literal("disable") }),
  /** With `notice` the change follows 24 hours after its announcement. */
  z.strictObject({
    kind: z.literal("recategorise"),
    category: z.enum(["UTILITY", "MARKETING", "AUTHENTICATION"]),
    notice: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("grade"), score: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]) }),
]);

/** What Meta decides about a template. */
export type TemplateDecision = z.input<typeof templateDecisionSchema>;

/**
 * Lets Meta decide about a template. The host is told by webhook.
 *
 * @throws {TypeError} There is no template with this id, or no such decision.
 */
export function decideTemplate(simulation: Simulation, id: string, given: TemplateDecision): StoredTemplate {
  const parsed = templateDecisionSchema.safeParse(given);
  if (!parsed.success) throw new TypeError(`There is no such decision.\n${z.prettifyError(parsed.error)}`);
  const decision = parsed.data;
  switch (decision.kind) {
    case "approve":
      return approveTemplate(simulation, id);
    case "reject":
      return rejectTemplate(simulation, id, decision.reason);
    case "pause":
      return pauseTemplate(simulation, id);
    case "unpause":
      return unpauseTemplate(simulation, id);
    case "disable":
      return disableTemplate(simulation, id);
    case "recategorise":
      return recategoriseTemplate(simulation, id, decision.category, { notice: decision.notice });
    case "grade":
      return gradeTemplate(simulation, id, decision.score);
  }
}
