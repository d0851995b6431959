import { unstorable } from "../domain/storable-text.js";
import type { RenderedContent } from "../domain/template.js";
import type { TemplateIdentity, Transport } from "../ports/transport.js";

/** Why this content cannot be queued: it is empty, could not be stored, or its channel would never send it. */
export function problemsOf(
  content: RenderedContent,
  template: TemplateIdentity,
  transport: Transport<string, unknown>,
): readonly string[] {
  if (content.text.trim() === "") return ["The rendered text is empty. Check the template and its values."];
  const problem = unstorable(content.text) ?? content.variables?.map(unstorable).find(Boolean);
  return problem ? [`The rendered text ${problem}`] : transport.checkContent(content, template);
}
