import { GraphError } from "../graph/graph-error.js";
import { renderTemplate } from "../rendering/render-template.js";
import type { StoredTemplate } from "../templates/stored-template.js";
import { partsOf } from "../templates/template-parts.js";
import { countCharacters } from "./characters.js";
import { checkSentButtons } from "./check-sent-buttons.js";
import { checkSentHeader } from "./check-sent-header.js";
import { checkSentTexts } from "./check-sent-texts.js";
import { parametersOf, type TemplateContent } from "./template-schema.js";

/**
 * Compares a send with the template it names.
 *
 * @throws {GraphError} 132001 unknown or not approved, 132015 paused, 132016 disabled, 132000 wrong count, 132012
 *   wrong kind of parameter, 131008 or 132018 wrong button, 132005 too long.
 */
export function checkTemplateSend(template: StoredTemplate | null, content: TemplateContent): void {
  const { header, body, buttons } = partsOf(requireSendable(template, content).components);
  checkSentHeader(header, content);
  checkSentTexts("body", body?.text ?? "", parametersOf(content, "body"));
  if (template?.category === "AUTHENTICATION") checkCode(content);
  checkSentButtons(buttons, content);
  checkLength(template, content);
}

function requireSendable(template: StoredTemplate | null, content: TemplateContent): StoredTemplate {
  const { name, language } = content;
  const named = `template name (${name})`;
  if (template?.status === "PAUSED") throw new GraphError(132015, { details: `${named} is paused` });
  if (template?.status === "DISABLED") throw new GraphError(132016, { details: `${named} is disabled` });
  if (template === null) {
    throw new GraphError(132001, { details: `${named} does not exist in ${language.code}` });
  }
  if (template.status !== "APPROVED") {
    const details = `${named} does not exist in ${language.code}: its status is ${template.status}`;
    throw new GraphError(132001, { details });
  }
  return template;
}

/** A one-time code has at most 15 characters. */
function checkCode(content: TemplateContent): void {
  const isTooLong = parametersOf(content, "body").some(({ text = "" }) => countCharacters(text) > 15);
  if (isTooLong)
    throw new GraphError(132018, { details: "body: Param text length must not exceed 15 characters" });
}

function checkLength(template: StoredTemplate | null, content: TemplateContent): void {
  const { header, text } = renderTemplate(template, content);
  for (const [part, words, limit] of [
    ["header", header ?? "", 60],
    ["body", text, 1024],
  ] as const) {
    if (countCharacters(words) <= limit) continue;
    throw new GraphError(132005, {
      details: `${part}: text is longer than ${limit} characters after substitution`,
    });
  }
}
