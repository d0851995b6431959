import type { ChannelTemplate, MessageToRoute, RouteFacts } from "@callboard/core/adapter";
import { isOneVariable, renderedFrom } from "./template-fit.js";

/**
 * The newest approved template that this message fits: one with the words of its own version, or one that takes the same
 * expressions.
 */
export function approvedFor(
  { template }: MessageToRoute,
  { templates, words }: Pick<RouteFacts, "templates" | "words">,
): ChannelTemplate | null {
  const ofThis = templates.filter((known) => known.template === template.name);
  const rendered = words === null ? undefined : renderedFrom(words);
  const fits = ({ version, expressions }: ChannelTemplate) =>
    version === template.version || (rendered !== undefined && isSame(rendered, expressions));
  return newest(ofThis.filter((known) => known.status === "approved" && fits(known)));
}

/** The newest approved form of the template that carries whole texts; `null` when none can. */
export function approvedFallback(
  name: string | null,
  templates: readonly ChannelTemplate[],
): ChannelTemplate | null {
  const candidates = templates.filter(({ template }) => template === name);
  return newest(
    candidates.filter(({ status, expressions }) => status === "approved" && isOneVariable(expressions)),
  );
}

/** The one with the latest words; of the same words, the one that was handed in last. */
export function newest(templates: readonly ChannelTemplate[]): ChannelTemplate | null {
  const [first = null] = [...templates].sort(
    (a, b) => b.version - a.version || b.submittedAt.getTime() - a.submittedAt.getTime(),
  );
  return first;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((expression, index) => expression === b[index]);
}
