import type { JsonObject } from "@callboard/core/adapter";
import { checkSettings } from "../content/check-settings.js";
import { parameterNames } from "../content/parameter-names.js";
import type { TemplateFinding } from "../content/rules/finding.js";
import { remoteName } from "../content/template-settings.js";
import { versionedName } from "../policy/versioned-name.js";
import { draftBody } from "./draft-body.js";
import { draftButtons } from "./draft-buttons.js";
import { draftFooter } from "./draft-footer.js";
import { draftHeader } from "./draft-header.js";
import type { Part } from "./part.js";
import type { TemplatePayload } from "./template-payload.js";
import type { TemplateSource } from "./template-source.js";

/** A template in Meta's form, as far as Meta can express it. */
export interface Draft {
  readonly payload: JsonObject & Omit<TemplatePayload, "language" | "category">;
  readonly expressions: readonly string[];
  readonly parameterNames: readonly string[] | null;
  readonly lineAt: (offset: number) => number | null;
  /** What it cannot express. */
  readonly findings: readonly TemplateFinding[];
}

/** @throws {TemplateSyntaxError} @throws {UnsafeTemplateError} */
export function draftTemplate(source: TemplateSource): Draft {
  const { version, versionSuffix } = source;
  const settings = version.channels.whatsapp ?? {};
  const isNamed = settings.parameterFormat === "named";
  const body = draftBody(source, isNamed);
  const parts: readonly Part[] = [
    draftHeader(source, isNamed),
    body,
    draftFooter(source),
    draftButtons(source),
  ];
  const { language, category, timeToLiveSeconds } = settings;
  return {
    payload: {
      name: versionedName(remoteName(settings, version), versionSuffix ?? null),
      language,
      category,
      parameter_format: isNamed ? "NAMED" : "POSITIONAL",
      components: parts.flatMap(({ component }) => component ?? []),
      ...(typeof timeToLiveSeconds === "number" && { message_send_ttl_seconds: timeToLiveSeconds }),
    },
    expressions: body.expressions,
    parameterNames: isNamed ? parameterNames(body.expressions) : null,
    lineAt: body.lineAt,
    findings: [...checkSettings(settings), ...parts.flatMap(({ findings }) => findings)],
  };
}
