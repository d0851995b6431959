import type { DraftComponent } from "../template-draft.js";
import { subcodes, templateRefusal } from "../template-refusal.js";
import { checkExamples, checkText, countEmoji } from "./check-text.js";
import { componentRefusal } from "./refusals.js";
import { distinctVariables } from "./variables.js";

/**
 * @throws {GraphError} 2388072 missing or malformed, 2388040 too long, 2388299 a variable at an edge, 2388293 too many
 *   variables, 2388043 an example is missing.
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components#body
 */
export function checkBody(
  { text, example }: Pick<DraftComponent, "text" | "example">,
  format: "POSITIONAL" | "NAMED",
): void {
  if (text === undefined || text.trim() === "")
    throw componentRefusal("body", "A template needs a body with words.");
  checkText(text, { where: "body", maximum: 1024, format });
  if (/\n\s*\n\s*\n/.test(text))
    throw componentRefusal("body", "There may be two new lines in a row, not more.");
  if (countEmoji(text) > 10) throw componentRefusal("body", "The body may have 10 emoji.");
  checkEdges(text);
  checkRatio(text);
  // Meta's samples give one list of values inside another; a plain list is taken too.
  const positional = (example?.body_text ?? []).flat();
  checkExamples(text, { where: "body", positional, named: example?.body_text_named_params ?? [] });
}

function checkEdges(text: string): void {
  if (!/^\s*\{\{|\}\}\s*$/.test(text)) return;
  throw templateRefusal({
    subcode: subcodes.variableAtEdge,
    title: "Variables at the start or the end",
    message: "The body may neither start nor end with a variable. Put words around it.",
  });
}

/** Meta tells the rule only by its refusals; twice as many words as variables, and one, is what passes in practice. */
function checkRatio(text: string): void {
  const variables = distinctVariables(text).length;
  const words = text.split(/\s+/).filter((word) => word !== "").length;
  if (variables === 0 || words >= 2 * variables + 1) return;
  throw templateRefusal({
    subcode: subcodes.tooManyVariables,
    title: "Parameters words ratio exceeds limit",
    message: "There are too many variables for so few words. Take variables out or write more.",
  });
}
