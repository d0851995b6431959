import type { Eta } from "eta/core";

export type Parts = ReturnType<Eta["parse"]>;

/** Where something stands in a template, counted from 1, and what it is. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly piece: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The code of one tag: where it begins in the source, and where in the JavaScript that Eta made of it. */
interface Tag {
  readonly code: string;
  readonly sourceStart: number;
  readonly bodyStart: number;
}

/** Finds a span of the JavaScript in the source that it was made of; what Eta has added counts as the tag's start. */
export function placeOf(eta: Eta, source: string, parts: Parts, { start, end }: Span): Place {
  const tags = readTags(eta, source, parts);
  const tag = tags.find(({ bodyStart, code }) => bodyStart + code.length > start) ?? tags.at(-1);
  if (!tag) return { line: 1, column: 1, piece: source };
  const offset = Math.min(Math.max(0, start - tag.bodyStart), tag.code.length);
  const piece = start < tag.bodyStart ? tag.code : tag.code.slice(offset, end - tag.bodyStart);
  const before = source.slice(0, tag.sourceStart + offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, piece };
}

function readTags(eta: Eta, source: string, parts: Parts): Tag[] {
  const tags: Tag[] = [];
  const opening = /<%[-_]?\s*[=~]?\s*/g;
  let bodyEnd = 0;
  for (const part of parts) {
    bodyEnd += eta.compileBody([part]).length;
    if (typeof part === "string") continue;
    opening.exec(source);
    const sourceStart = opening.lastIndex;
    opening.lastIndex = sourceStart + part.val.length;
    // Eta ends a statement with a line break, and a value with `);` and a line break.
    const tail = part.t === "e" ? 1 : 3;
    tags.push({ code: part.val, sourceStart, bodyStart: bodyEnd - tail - part.val.length });
  }
  return tags;
}
