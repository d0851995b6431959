import { finding, type TemplateFinding } from "../content/rules/finding.js";
import type { TemplateComponent } from "./template-payload.js";

/** One component of a template. */
export interface Part {
  /** `null`: there is none, or Meta cannot express it. */
  readonly component: TemplateComponent | null;
  readonly findings: readonly TemplateFinding[];
}

export const noPart: Part = { component: null, findings: [] };

/** Braces of the author's own would be taken for a variable by Meta. */
export function ownBraces(component: string, line: number | null): TemplateFinding {
  const problem = "Double braces stand in the words, and WhatsApp would take them for a variable.";
  return {
    ...finding("variable-name", component, problem, "Write single braces, or <%= … %> for a variable."),
    line,
  };
}
