/**
 * Everything that makes a terminal do something else than print: control characters, among them the escape sequences,
 * and those that turn the direction of writing. Tabs and line breaks stay.
 */
const steering = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The same words, with every character that could steer a terminal written as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(steering, escaped);
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
