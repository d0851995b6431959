import { numberSource } from "./number-source.js";
import { noPart, ownBraces, type Part } from "./part.js";
import type { TemplateSource } from "./template-source.js";

/** The line under the text. */
export function draftFooter({ version }: TemplateSource): Part {
  const source = version.channels.whatsapp?.footer;
  if (source === undefined) return noPart;
  const { numbered, finding } = numberSource({
    template: version.name,
    source: typeof source === "string" ? source : "",
    component: "footer",
  });
  if (numbered === null) return { component: null, findings: [finding] };
  const { text, ownBracesAt } = numbered;
  return {
    component: { type: "FOOTER", text },
    findings: ownBracesAt === null ? [] : [ownBraces("footer", null)],
  };
}
