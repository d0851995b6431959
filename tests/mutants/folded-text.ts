/** What stores do to text that they should leave as it is, by what is broken. */
export const damages: Readonly<Record<string, (text: string) => string>> = {
  "cuts text": (text) => text.slice(0, 191),
  "trims text": (text) => text.trimEnd(),
  "composes characters": (text) => text.normalize("NFC"),
  "keeps no character beyond the basic plane": (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, "?"),
  "reads backslashes": (text) => text.replaceAll("\\n", "\n"),
  "changes the ends of lines": (text) => text.replaceAll("\r\n", "\n"),
};

/** By what stores take names for one that are two. */
export const folds: Readonly<Record<string, (text: string) => string>> = {
  "ignores the case": (text) => text.toLowerCase(),
  "ignores accents": (text) => text.normalize("NFD").replace(/\p{Mark}/gu, ""),
  "composes characters": (text) => text.normalize("NFC"),
  "drops spaces at the end": (text) => text.trimEnd(),
  "drops spaces at the beginning": (text) => text.trimStart(),
};

/** As SQL's LIKE reads it. */
export function like(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\[\]*+?.(){}|^$]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}$`, "s");
}

/** One mutant for each way in which something can be broken. */
export function mutantsOf<How, Mutant>(
  verb: string,
  ways: Readonly<Record<string, How>>,
  make: (how: How) => Mutant,
): Record<string, Mutant> {
  return Object.fromEntries(Object.entries(ways).map(([what, how]) => [`${verb} ${what}`, make(how)]));
}
