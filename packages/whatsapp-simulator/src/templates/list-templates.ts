import type { StoredTemplate } from "./stored-template.js";

/** Which templates a list shows. Null filters nothing. */
export interface TemplateFilter {
  /** Part of the name, as Meta's own search takes it. */
  readonly name: string | null;
  readonly status: string | null;
  readonly language: string | null;
  readonly category: string | null;
  readonly qualityScore: string | null;
}

/** Part of a list. */
export interface TemplatePage {
  readonly templates: readonly StoredTemplate[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export function filterTemplates(
  templates: readonly StoredTemplate[],
  { name, status, language, category, qualityScore }: TemplateFilter,
): readonly StoredTemplate[] {
  const fits = (wanted: string | null, found: string) =>
    wanted === null || wanted.toLowerCase() === found.toLowerCase();
  return templates.filter(
    (template) =>
      (name === null || template.name.includes(name)) &&
      fits(status, template.status) &&
      fits(language, template.language) &&
      fits(category, template.category) &&
      fits(qualityScore, template.qualityScore),
  );
}

/**
 * At most `limit` templates after, or before, the one with an id. Null when that one is no longer listed.
 *
 * @param from - Null starts at the beginning.
 */
export function pageOf(
  templates: readonly StoredTemplate[],
  { from, limit }: { from: { side: "after" | "before"; id: string } | null; limit: number },
): TemplatePage | null {
  const position = templates.findIndex(({ id }) => id === from?.id);
  if (from !== null && position < 0) return null;
  const end = from?.side === "before" ? position : templates.length;
  const start = from?.side === "before" ? Math.max(0, position - limit) : position + 1;
  const page = templates.slice(start, end).slice(0, limit);
  return {
    templates: page,
    hasNext: start + page.length < templates.length,
    hasPrevious: start > 0,
  };
}
