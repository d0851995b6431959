// Controls that no screen shows, apart from tab and line breaks; and marks that override the direction of what
// follows, with which a value could disguise the words around it.
const unprintable = /[^\P{Cc}\t\n\v\f\r\u0085]|[\u202a-\u202e\u2066-\u2069]/gu;
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** Takes out what no screen shows or what could disguise other words. Line breaks and tabs stay. */
export function printable(text: string): string {
  // Half a surrogate pair is no character: JSON readers may refuse the whole message for it.
  return text.replace(unprintable, "").replace(/\p{Cs}/gu, "\ufffd");
}

/**
 * One line that Meta accepts as a template variable: no line break, no tab, no run of four spaces, never empty.
 * Line breaks become ` · `, and what shows nothing becomes `-`.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (132018)
 */
export function flatten(value: string): string {
  const lines = printable(value)
    .split(lineBreak)
    .map((line) => line.trim());
  const flat = lines
    .filter((line) => line !== "")
    .join(" · ")
    .replace(/\t/g, " ")
    .replace(/\p{Zs}{4,}/gu, " ");
  return isBlank(flat) ? "-" : flat;
}

/** How many characters longer the values become by being flattened: a line break becomes three characters. */
export function growthOf(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + Math.max(0, lengthOf(flatten(value)) - lengthOf(value)), 0);
}

/** True when a reader would see nothing: spaces and invisible marks alone. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}\p{Cc}]/u.test(text);
}

/** Length as Meta counts it: characters, so that an emoji outside the basic plane is one. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
