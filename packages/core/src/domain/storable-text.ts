/** Why some database could not keep this text as it is, with the cure; `null` when every one can. */
export function unstorable(text: string): string | null {
  if (text.includes("\u0000")) {
    return 'holds the character U+0000, which PostgreSQL cannot store. Remove it: text.replaceAll("\\u0000", "").';
  }
  if (!text.isWellFormed()) {
    return "holds half of a character (a lone surrogate), which UTF-8 cannot hold. Cut text between characters, or mend it: text.toWellFormed().";
  }
  return null;
}

/** Why a value cannot be an id, a name or an address, with the cure; `null` when it can. Their columns are that wide. */
export function unusableName(value: unknown, maxLength = 255): string | null {
  if (typeof value !== "string" || value === "" || value.length > maxLength) {
    return `must be a string of 1 to ${maxLength} characters. Write String(…) if it is a number.`;
  }
  return unstorable(value);
}

/**
 * Foreign words that must be kept as well as can be: at most `maxLength` of them, with U+FFFD in the place of what no
 * database stores.
 */
export function storable(text: string, maxLength: number): string {
  // Cut first, because the cut may go through a character. What comes from code without types may be no string.
  return String(text).slice(0, maxLength).toWellFormed().replaceAll("\u0000", "\ufffd");
}
