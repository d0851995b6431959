/** Cuts a long free text so that the message around it keeps within WhatsApp's 1024 characters. */
export function shorten(text: string, maxLength = 500): string {
  // By code points, so that no character is cut in half.
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  return `${characters.slice(0, maxLength - 1).join("")}…`;
}
