const placeholder = /\{\{\s*(\w+)\s*\}\}/g;

/** The distinct names between double braces, in order of first appearance. */
export function placeholderNames(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, name]) => name ?? ""))];
}

/** Puts values where the placeholders are. One without a value stays as it is, so that the gap can be seen. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (whole, name: string) => values.get(name) ?? whole);
}
