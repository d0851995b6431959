// Signs such as ☎ that are shown as text unless they are followed by a selector count only with it.
const emoji = /\p{RGI_Emoji}|\p{Emoji_Presentation}/gv;

/** Where each emoji stands. A family of several people is one emoji. */
export function emojiIn(text: string): readonly number[] {
  return [...text.matchAll(emoji)].map(({ index }) => index);
}
