const labels: ReadonlyMap<string, string> = new Map([
  ["image", "📷 Photo"],
  ["video", "🎬 Video"],
  ["audio", "🎤 Audio"],
  ["document", "📄 Document"],
  ["sticker", "Sticker"],
  ["location", "📍 Location"],
  ["contacts", "👤 Contact"],
  ["product", "🛍️ Product"],
]);

/** A short stand-in for what the page does not draw. */
export function mediaLabel(type: string): string {
  return labels.get(type) ?? `[${type}]`;
}
