import type { JsonObject } from "@callboard/core/adapter";
import { checkCategory, checkLanguage, checkName, checkTimeToLive } from "../content/rules/check-identity.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { checkAuthentication } from "./check-authentication.js";
import { checkBody } from "./check-body.js";
import { checkButtonViews } from "./check-button-views.js";
import { checkFooterView } from "./check-footer-view.js";
import { checkHeader } from "./check-header.js";
import { type LineAt, readPayload } from "./read-payload.js";
import type { TemplateView } from "./template-view.js";

/**
 * What Meta would refuse about a template in Meta's own form, without asking it. Empty when nothing was found; Meta's
 * reviewers may still dislike the words.
 *
 * @param lineAt - Line of the body's source at a place of its text. @default no lines are known
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-review
 */
export function lintTemplatePayload(payload: JsonObject, lineAt: LineAt = () => null): TemplateFinding[] {
  const view = readPayload(payload, lineAt);
  const isAuthentication = view.category === "AUTHENTICATION";
  const { name, language, category, timeToLive, header, footer, buttons } = view;
  return [
    ...checkName(name),
    ...checkReserved(name),
    ...checkLanguage(language),
    ...checkCategory(category),
    ...checkTimeToLive(timeToLive, category),
    ...view.unknown.map(unknownComponent),
    ...(isAuthentication ? checkAuthentication(view) : []),
    ...(header ? checkHeader(header) : []),
    ...checkText(view, isAuthentication),
    ...(footer && !(isAuthentication && footer.text === null) ? checkFooterView(footer) : []),
    ...checkButtonViews(buttons),
  ];
}

function checkText({ body }: TemplateView, isAuthentication: boolean): TemplateFinding[] {
  const noText = { text: null, named: false, examples: [], lineAt: () => null };
  return isAuthentication && body?.text === null ? [] : checkBody(body ?? noText);
}

/** Names of the samples that Meta gives every account. */
function checkReserved(name: unknown): TemplateFinding[] {
  if (typeof name !== "string" || !/^(?:hello_world$|sample_)/.test(name)) return [];
  const problem = `Meta keeps the name "${name}" for its own samples.`;
  return [finding("reserved-name", "name", problem, "Choose another name.")];
}

function unknownComponent(type: string): TemplateFinding {
  const problem = type
    ? `The component ${type} is not known here, or there twice.`
    : "A component has no type.";
  return finding("components", "components", problem, "Keep one of each: header, body, footer and buttons.");
}
