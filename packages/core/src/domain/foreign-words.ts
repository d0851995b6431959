import type { Notification } from "./notification.js";

/** Texts that are shorter are parts of ordinary words. */
const shortestText = 8;

/** Removes from what others say, such as the provider, where a message went and what was in it. */
export function withoutSecrets({ address, content }: Notification): (words: string) => string {
  const spellings = [address, address.replace(/^\+/, "")].filter((spelling) => spelling !== "");
  const texts = [content.text, content.text.trim(), oneLine(content.text)].filter(
    (text) => text.length >= shortestText,
  );
  // The longest first: what is left of a text whose part was removed would not be found any more.
  const secrets = [...new Set([...spellings, ...texts])].sort((a, b) => b.length - a.length);
  return (words) => secrets.reduce((left, secret) => left.replaceAll(secret, "[…]"), words);
}

/** On one line of a terminal, whatever was in it: control characters, and those that turn the direction of writing. */
export function oneLine(words: string): string {
  return words.replaceAll(unprintable, " ").trim();
}

/** Somebody else's words, as a part of a line. */
export function quoted(words: string): string {
  const line = oneLine(words);
  return line.length > longest ? `"${line.slice(0, longest)}…"` : `"${line}"`;
}

const longest = 300;
const unprintable = /[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;
