/** A `{{…}}` in a text that is handed to Meta. */
export interface Placeholder {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Every `{{…}}`, in the order of the text. */
export function placeholdersOf(text: string): readonly Placeholder[] {
  return [...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(({ 0: whole, 1: name = "", index }) => ({
    name,
    start: index,
    end: index + whole.length,
  }));
}

/** The text between the placeholders: one piece more than there are placeholders. */
export function betweenPlaceholders(text: string): readonly string[] {
  return text.split(/\{\{[^{}]*\}\}/);
}

/** Where braces stand that belong to no placeholder, or could be taken for part of one; −1 where there are none. */
export function strayBraces(text: string): number {
  const tripled = text.search(/\{{3}|\}{3}/);
  if (tripled >= 0) return tripled;
  const masked = text.replace(/\{\{[^{}]*\}\}/g, (whole) => " ".repeat(whole.length));
  return masked.search(/\{\{|\}\}/);
}

/** The names of the placeholders, each once. */
export function namesIn(text: string): readonly string[] {
  return [...new Set(placeholdersOf(text).map(({ name }) => name))];
}
