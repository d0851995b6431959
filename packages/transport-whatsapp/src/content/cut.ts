import { lengthOf } from "./flatten.js";

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** At most so many characters, the last of them `…` when something is left out. What a reader sees as one stays whole. */
export function cut(text: string, most: number): string {
  if (lengthOf(text) <= most) return text;
  let kept = "";
  let length = 0;
  for (const { segment } of characters.segment(text)) {
    length += lengthOf(segment);
    if (length > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
