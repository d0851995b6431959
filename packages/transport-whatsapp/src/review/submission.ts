import { CallboardError, type TemplateToReview } from "@callboard/core/adapter";
import { compileTemplate } from "../compile/compile-template.js";
import type { TemplatePayload } from "../compile/template-payload.js";
import type { TemplateFinding } from "../content/rules/finding.js";
import { remoteName } from "../content/template-settings.js";
import { expressionsOf } from "../policy/template-fit.js";
import { versionedName } from "../policy/versioned-name.js";
import { handedInFingerprint } from "./handed-in.js";

/** One template here, as Meta would be given it. */
export interface Submission {
  readonly template: string;
  readonly version: number;
  readonly remoteName: string;
  readonly language: string;
  /** What stands in the way; empty when Meta can be given it. */
  readonly problems: readonly Problem[];
  /** `null`: Meta cannot express it. */
  readonly payload: TemplatePayload | null;
  /** Of the payload; empty without one. */
  readonly fingerprint: string;
  readonly expressions: readonly string[];
}

export interface Problem {
  readonly problem: string;
  readonly cure: string;
}

/** What Meta would be given of a template; `null` for one without WhatsApp settings, which Meta need not see. */
export function submissionOf(
  { version, sample }: TemplateToReview,
  suffix: string | null,
): Submission | null {
  const settings = version.channels.whatsapp;
  if (settings === undefined) return null;
  const base = {
    template: version.name,
    version: version.version,
    remoteName: versionedName(remoteName(settings, version), suffix),
    language: typeof settings.language === "string" ? settings.language : "",
  };
  try {
    const { template, findings } = compileTemplate({ version, sample, versionSuffix: suffix ?? undefined });
    const problems = findings.map(problemOf);
    if (template === null) return { ...base, problems, payload: null, fingerprint: "", expressions: [] };
    const { payload } = template;
    const expressions = expressionsOf(version, template.expressions);
    return { ...base, problems, payload, fingerprint: handedInFingerprint(payload), expressions };
  } catch (error) {
    // Words that were stored before they could be checked. The other templates are planned all the same.
    if (!(error instanceof CallboardError)) throw error;
    const problems = [{ problem: error.message, cure: "Mend the body, and publish it." }];
    return { ...base, problems, payload: null, fingerprint: "", expressions: [] };
  }
}

function problemOf({ component, line, problem, cure }: TemplateFinding): Problem {
  const where = line === null ? component : `${component}, line ${line}`;
  return { problem: `${where}: ${problem}`, cure };
}
