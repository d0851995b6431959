const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** How many words stand in a text: what spaces separate, and in scripts without spaces what a dictionary does. */
export function countWords(text: string): number {
  return text.split(/\s+/).reduce((count, chunk) => count + wordsIn(chunk), 0);
}

function wordsIn(chunk: string): number {
  if (!unspaced.test(chunk)) return hasWord(chunk) ? 1 : 0;
  return [...segmenter.segment(chunk)].filter(({ isWordLike }) => isWordLike).length;
}

/** True when a letter or a digit is there; punctuation, emoji and formatting are no words. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
