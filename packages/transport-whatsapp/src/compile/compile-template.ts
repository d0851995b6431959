import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { lintTemplatePayload } from "../lint/lint-payload.js";
import { draftTemplate } from "./draft-template.js";
import { fingerprint } from "./fingerprint.js";
import type { TemplatePayload } from "./template-payload.js";
import type { TemplateSource } from "./template-source.js";

/** A template as Meta takes it. */
export interface CompiledTemplate {
  /** Its name at Meta. */
  readonly remoteName: string;
  readonly payload: TemplatePayload;
  /** The expressions behind the body's variables, as written, in the order of the variables. */
  readonly expressions: readonly string[];
  /** What the body's variables are called; `null`: they have numbers. */
  readonly parameterNames: readonly string[] | null;
  /** Of the payload: equal for what Meta would find equal. SHA-256, in hex. */
  readonly fingerprint: string;
}

/** What came of a compilation. */
export interface Compilation {
  /** `null`: Meta cannot express this template, and the findings say why. */
  readonly template: CompiledTemplate | null;
  /** What Meta would refuse, each with its cure; empty when nothing was found. */
  readonly findings: readonly TemplateFinding[];
}

/**
 * Makes a template for Meta out of Eta source, and checks it offline.
 *
 * Every `<%= … %>` becomes a variable, the same expression the same variable. A template that can be expressed is
 * returned even if there are findings: some rules, such as the number of words, Meta does not state.
 *
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError} The words could not be rendered, either.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export function compileTemplate(source: TemplateSource): Compilation {
  if (source.version.channels.whatsapp === undefined)
    return { template: null, findings: [withoutSettings()] };
  const { payload, lineAt, findings, expressions, parameterNames } = draftTemplate(source);
  const linted = lintTemplatePayload(payload, lineAt).filter((found) => !isToldBy(findings, found));
  const all = [...findings, ...linted];
  const { language, category } = payload;
  if (findings.length > 0 || typeof language !== "string" || typeof category !== "string")
    return { template: null, findings: all };
  const compiled: TemplatePayload = { ...payload, language, category };
  return {
    template: {
      remoteName: payload.name,
      payload: compiled,
      expressions,
      parameterNames,
      fingerprint: fingerprint(compiled),
    },
    findings: all,
  };
}

/** What could not be expressed is missing from the payload, which is no second mistake. */
function isToldBy(findings: readonly TemplateFinding[], { rule, component }: TemplateFinding): boolean {
  return findings.some(
    (found) => found.component === component && (found.rule === rule || found.rule === "control-flow"),
  );
}

function withoutSettings(): TemplateFinding {
  return finding(
    "settings",
    "settings",
    "The template says nothing for WhatsApp, so it is sent as free text.",
    "Give it whatsapp settings: category and language at least.",
  );
}
