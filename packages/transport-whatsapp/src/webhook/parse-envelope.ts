import { parseJson } from "../narrow.js";

/** Meta's own bodies are at most 12 deep. */
const deepest = 32;

/**
 * What a body says as JSON, or `undefined` when it is none, or is nested deeper than {@link deepest}.
 *
 * Template ids come as numbers, some of them longer than a number of JavaScript can be; they are made texts first, so that no
 * digit is lost.
 */
export function parseEnvelope(body: string): unknown {
  if (isTooDeep(body)) return undefined;
  // Within a string the quotes of such a key would be escaped, so that what people write is never touched.
  return parseJson(body.replace(/("message_template_id"\s*:\s*)(\d+)(?=\s*[,}])/g, '$1"$2"'));
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === quote) index = endOfString(text, index);
    else if (character === openBracket || character === openBrace) depth++;
    else if (character === closeBracket || character === closeBrace) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Index of the quote that ends the string, or the end of a text that breaks off. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first--;
  return (index - first) % 2 === 1;
}
