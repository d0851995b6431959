import type { TemplateFinding } from "../content/rules/finding.js";
import { compileTemplate } from "./compile-template.js";
import type { TemplateSource } from "./template-source.js";

/**
 * What Meta would refuse about a template, each with the line of its Eta source and a cure. Asks nobody.
 *
 * @returns Empty for a clean template; Meta's reviewers may still dislike the words.
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError} The words could not be rendered, either.
 */
export function lintTemplate(source: TemplateSource): readonly TemplateFinding[] {
  return compileTemplate(source).findings;
}
