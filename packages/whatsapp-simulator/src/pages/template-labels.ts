/** Meta's constants as words: `TAG_CONTENT_MISMATCH` becomes `Tag content mismatch`. */
export function sentence(constant: string): string {
  const words = constant.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
