import type { NumberedBody } from "@callboard/core/adapter";

/** A character or a variable of a numbered text, and the line of the source that it comes from. */
export interface Piece {
  readonly text: string;
  readonly line: number;
  /** Counted from 0. `null`: it is not a variable. */
  readonly variable: number | null;
}

const token = /\{\{(\d+)\}\}|[\s\S]/g;
const printing = /<%[-_]?\s*[=~]/g;

/**
 * Follows a numbered text through the Eta source that it was made of. What is not printed, such as a comment or the space
 * that `-%>` eats, is passed over; where that leads astray, a line is off.
 */
export function traceSource(source: string, { text: whole, expressions }: NumberedBody): readonly Piece[] {
  const lineOf = lineCounter(source);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [text, number] of whole.replace(/\r\n?/g, "\n").matchAll(token)) {
    at = afterSilentTags(source, at);
    if (number === undefined || Number(number) > expressions.length || isOwn(text, source, at)) {
      const start = find(source, text, at);
      const line = lineOf(start);
      pieces.push(...[...text].map((character) => ({ text: character, line, variable: null })));
      at = start + text.length;
    } else {
      const start = nextTag(source, at);
      pieces.push({ text, line: lineOf(start), variable: Number(number) - 1 });
      at = endOfTag(source, start);
    }
  }
  return pieces;
}

/** The author may write `{{1}}` as well, which is no variable. */
function isOwn(text: string, source: string, at: number): boolean {
  return source.includes("{{") && source.slice(at).trimStart().startsWith(text);
}

function afterSilentTags(source: string, from: number): number {
  let at = from;
  while (source.startsWith("<%", at) && nextTag(source, at) !== at) at = endOfTag(source, at);
  return at;
}

function nextTag(source: string, from: number): number {
  printing.lastIndex = from;
  return printing.exec(source)?.index ?? source.length;
}

function endOfTag(source: string, from: number): number {
  const end = source.indexOf("%>", from);
  return end < 0 ? source.length : end + 2;
}

function find(source: string, text: string, from: number): number {
  const at = source.indexOf(text, from);
  return at < 0 ? from : at;
}

/** Lines of places that come in order. */
function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (; counted < offset; counted++) if (source[counted] === "\n") line++;
    return line;
  };
}
