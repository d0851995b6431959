import { GraphError } from "../graph/graph-error.js";
import { renderTemplate } from "../rendering/render-template.js";
import type { KnownTemplate } from "../simulated-template.js";
import { countCharacters } from "./characters.js";
import { placeholderNames } from "./placeholders.js";
import type { TemplateComponent, TemplateContent, TemplateParameter } from "./template-schema.js";

/** The template a send names, or null when it is not among them. */
export function findTemplate(
  templates: readonly KnownTemplate[],
  content: TemplateContent,
): KnownTemplate | null {
  const isNamed = ({ name, language }: KnownTemplate) =>
    name === content.name && language === content.language.code;
  return templates.find(isNamed) ?? null;
}

/**
 * Compares a send with the templates that exist.
 *
 * @throws {GraphError} 132001 unknown, 132000 wrong count, 131008 or 132018 wrong button, 132005 too long.
 */
export function checkKnownTemplate(templates: readonly KnownTemplate[], content: TemplateContent): void {
  const template = findTemplate(templates, content);
  if (template === null) {
    const details = `template name (${content.name}) does not exist in ${content.language.code}`;
    throw new GraphError(132001, { details });
  }
  checkParameters("header", placeholderNames(template.header ?? ""), parametersOf(content, "header"));
  checkParameters("body", bodyNames(template), parametersOf(content, "body"));
  checkButtons(template, content);
  const { text } = renderTemplate(template, content);
  if (countCharacters(text) > 1024) {
    throw new GraphError(132005, { details: "body: text is longer than 1024 characters after substitution" });
  }
}

function bodyNames({ body, parameterCount }: KnownTemplate): string[] {
  if (parameterCount === undefined) return placeholderNames(body ?? "");
  return Array.from({ length: parameterCount }, (_, index) => String(index + 1));
}

function parametersOf({ components }: TemplateContent, type: string): readonly TemplateParameter[] {
  return components.find((component) => component.type === type)?.parameters ?? [];
}

function checkParameters(where: string, names: readonly string[], given: readonly TemplateParameter[]): void {
  // Media headers take a parameter without having a placeholder.
  const values = where === "header" ? given.filter(({ type }) => type === "text") : given;
  const counts = `(${values.length}) does not match the expected number of params (${names.length})`;
  if (values.length !== names.length) {
    throw new GraphError(132000, { details: `${where}: number of localizable_params ${counts}` });
  }
  if (names.every((name) => /^\d+$/.test(name))) return;
  const missing = names.find((name) => !values.some(({ parameter_name }) => parameter_name === name));
  if (missing !== undefined) {
    throw new GraphError(132000, { details: `${where}: parameter ${missing} is missing` });
  }
}

function checkButtons(template: KnownTemplate, { components }: TemplateContent): void {
  const sent = components.filter(({ type }) => type === "button");
  for (const component of sent) checkButton(template, component);
  template.buttons.forEach((button, index) => {
    const isDynamic = button.type === "url" && placeholderNames(button.url).length > 0;
    if (!isDynamic || sent.some((component) => Number(component.index) === index)) return;
    throw new GraphError(131008, {
      details: `buttons: Button at index ${index} of type Url requires a parameter`,
    });
  });
}

function checkButton(template: KnownTemplate, { index, sub_type, parameters }: TemplateComponent): void {
  const button = template.buttons[Number(index ?? 0)];
  const where = `buttons: Button at index ${index ?? 0}`;
  if (button === undefined || button.type !== sub_type) {
    throw new GraphError(132018, {
      details: `${where} of type ${sub_type ?? "unknown"} does not exist in the template`,
    });
  }
  const isStatic = button.type === "url" && placeholderNames(button.url).length === 0;
  if (isStatic && parameters.length > 0) {
    throw new GraphError(132018, { details: `${where} of type Url does not take parameters` });
  }
}
