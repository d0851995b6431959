import { createChangeNotice } from "../change-notice.js";
import type { StoredTemplate } from "./stored-template.js";

/** The templates of the business account, oldest first. Everything handed out is a snapshot. */
export interface TemplateShelf {
  all(): readonly StoredTemplate[];
  /** `en` and `en_US` are different languages. */
  find(name: string, language: string): StoredTemplate | null;
  byId(id: string): StoredTemplate | null;
  /** Every language of one name. */
  named(name: string): readonly StoredTemplate[];
  add(template: StoredTemplate): void;
  /** Null when the template is gone, as after a reset. */
  change(id: string, changes: Partial<Omit<StoredTemplate, "id">>): StoredTemplate | null;
  remove(id: string): void;
  /** Keeps a name, or one language of it, from being used before `until`. */
  block(name: string, language: string | null, until: Date): void;
  isBlocked(name: string, language: string, at: Date): boolean;
  /** Cursors of an earlier generation are stale. */
  cursorGeneration(): number;
  /** Makes every cursor handed out so far stale. */
  expireCursors(): void;
  /** True once any template was added, deleted ones included. */
  hasEverHeld(): boolean;
  clear(): void;
  /** Calls `listener` after every change. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export function createTemplateShelf(): TemplateShelf {
  const templates = new Map<string, StoredTemplate>();
  const blocks = new Map<string, Date>();
  const { changed, onChange } = createChangeNotice();
  let hasHeld = false;
  let generation = 1;
  const all = () => [...templates.values()];

  return {
    all,
    find: (name, language) =>
      all().find((template) => template.name === name && template.language === language) ?? null,
    byId: (id) => templates.get(id) ?? null,
    named: (name) => all().filter((template) => template.name === name),
    add(template) {
      templates.set(template.id, template);
      hasHeld = true;
      changed();
    },
    change(id, changes) {
      const template = templates.get(id);
      if (template === undefined) return null;
      const next = { ...template, ...changes };
      templates.set(id, next);
      changed();
      return next;
    },
    remove(id) {
      if (templates.delete(id)) changed();
    },
    block: (name, language, until) => blocks.set(blockKey(name, language), until),
    isBlocked: (name, language, at) =>
      [blockKey(name, null), blockKey(name, language)].some((key) => {
        const until = blocks.get(key);
        return until !== undefined && at < until;
      }),
    cursorGeneration: () => generation,
    expireCursors() {
      generation += 1;
    },
    hasEverHeld: () => hasHeld,
    clear() {
      templates.clear();
      blocks.clear();
      hasHeld = false;
      changed();
    },
    onChange,
  };
}

function blockKey(name: string, language: string | null): string {
  return `${name}/${language ?? "*"}`;
}
