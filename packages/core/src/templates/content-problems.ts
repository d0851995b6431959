import type { RenderedContent } from "../domain/template.js";
import type { TemplateIdentity, Transport } from "../ports/transport.js";

/** What this content would be refused for; an empty text is refused on every channel. */
export function problemsOf(
  content: RenderedContent,
  template: TemplateIdentity,
  transport: Transport<string, unknown>,
): readonly string[] {
  if (content.text.trim() === "") return ["The rendered text is empty. Check the template and its values."];
  return transport.checkContent(content, template);
}
